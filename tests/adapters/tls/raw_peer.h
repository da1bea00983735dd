// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// OpenSSL as somebody else would set it up: the other side of a session, with any faults.
#pragma once

#include "adapters/tls/owned.h"
#include "buoyant/base/bytes.h"
#include "tools/certs/issue.h"

#include <cstddef>
#include <optional>
#include <string>

namespace buoyant::tls::support {

struct RawOptions {
  std::optional<certs_tool::Pair> pair;
  /// As on the wire; empty: none is offered or taken.
  std::string application =
      "\x09"
      "buoyant/1";
  /// 0: whatever there is.
  int version_max = 0;
  /// For TLS 1.2 and before; empty: the usual ones.
  std::string ciphers;
};

class RawPeer {
 public:
  enum class Role { kDials, kIsDialled };

  RawPeer(Role role, const RawOptions& options);
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;
  ~RawPeer() = default;

  std::size_t feed(ByteView ciphertext);

  [[nodiscard]] ByteView output() const { return view_of(output_); }

  void consume(std::size_t bytes) { output_.erase(0, bytes); }

  /// Goes on with whatever is under way; what was received as plaintext is added to `received`.
  void go_on();
  void write(const std::string& text);
  void ask_for_renegotiation();
  /// Asks for new keys on the other side too (TLS 1.3).
  void ask_for_new_keys();

  [[nodiscard]] bool is_open() const { return SSL_is_init_finished(ssl_.get()) == 1; }

  [[nodiscard]] bool has_ticket() const;

  [[nodiscard]] int version() const { return SSL_version(ssl_.get()); }

  std::string received;
  /// The last alert that came, in OpenSSL's words.
  std::string alert;

 private:
  static void on_event(const SSL* ssl, int where, int value);
  void take_output();

  OwnedSslContext context_;
  OwnedSsl ssl_;
  BIO* in_ = nullptr;   ///< Owned by ssl_.
  BIO* out_ = nullptr;  ///< Owned by ssl_.
  std::string application_;
  std::string output_;
};

}  // namespace buoyant::tls::support
