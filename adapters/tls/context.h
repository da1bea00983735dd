// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Who we are and whom we trust, from PEM files; sessions are created from it.
///
/// **Files.** The certificate file has our own certificate first, then those between it and an
/// authority. It must have exactly one URI, buoyant://CLUSTER/ID (name.h), ours, and be for both
/// clientAuth and serverAuth: a server dials and is dialled. The key lies there without a
/// password. The authorities are all that is trusted; the system's are not. All of it is
/// checked when it is read, the certificate also against our own authorities.
///
/// **Renewal.** read_renewal() reads the files again, adopt() takes what it gave; that is only what
/// is good as a whole. It counts from the next session on; sessions that stand go on as they are,
/// also beyond the end of a certificate. To change the authority: first have all servers trust
/// both, then renew the certificates, then drop the old one.
///
/// **Thread.** One thread only, the loop's, but for read_renewal(), which any may call. Reading is
/// of three local files of at most kFileBytesMax each; a signature is verified once per
/// certificate. Sessions may outlive it.
#pragma once

#include "adapters/tls/credentials.h"
#include "adapters/tls/name.h"
#include "buoyant/base/export.h"
#include "buoyant/base/result.h"
#include "buoyant/port/stream_security.h"
#include "buoyant/port/tls_files.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace buoyant::tls {

inline constexpr std::size_t kFileBytesMax = std::size_t{1} << 20U;

class BUOYANT_EXPORT TlsContext final : public port::StreamSecurity {
 public:
  /// Requires: `own` has an id, and a cluster id of 1 to kClusterBytesMax bytes.
  /// Errors: kInvalidOptions, kWrongCluster, kWrongIdentity (the certificate is for somebody
  /// else); the context says which file, and what about it; `native` is errno for one that
  /// cannot be read.
  static Result<TlsContext> create(TlsFiles files, PeerName own);

  std::unique_ptr<port::SecureStream> dial(ServerId expected) override;
  std::unique_ptr<port::SecureStream> accept() override;

  /// Errors: those of create().
  [[nodiscard]] Result<std::unique_ptr<Renewal>> read_renewal() const override;
  void adopt(std::unique_ptr<Renewal> renewal) override;

  /// When the first of our own certificates expires: new sessions are refused from then on.
  [[nodiscard]] std::chrono::system_clock::time_point expires_at() const noexcept override {
    return credentials_.expires_at;
  }

  [[nodiscard]] const PeerName& own() const noexcept { return own_; }

 private:
  friend class TlsSession;

  TlsContext(TlsFiles files, PeerName own, Credentials credentials);

  // Never changed: read_renewal() may read them beside all else.
  TlsFiles files_;
  PeerName own_;
  Credentials credentials_;
};

}  // namespace buoyant::tls
