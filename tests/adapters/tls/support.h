// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Certificates of a test's own cluster, in files, and two sessions back to back.
#pragma once

#include "adapters/tls/context.h"
#include "adapters/tls/session.h"
#include "buoyant/base/assert.h"
#include "buoyant/base/bytes.h"
#include "tests/support/temporary_folder.h"
#include "tools/certs/issue.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <limits>
#include <memory>
#include <string>
#include <utility>

namespace buoyant::tls::support {

inline constexpr const char* kCluster = "harbour";

/// The files of a test.
class Folder {
 public:
  [[nodiscard]] std::string file(const std::string& name) const {
    return (folder_.path() / name).string();
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name), std::ios::binary | std::ios::trunc) << text;
  }

 private:
  buoyant::tests::TemporaryFolder folder_;
};

/// An authority, and servers with its certificates.
class Cluster {
 public:
  Cluster() : authority(certs_tool::make_authority("authority", certs_tool::valid_for_days(30))) {}

  [[nodiscard]] static certs_tool::Request request(std::uint64_t id) {
    return certs_tool::server_request(kCluster, id, certs_tool::valid_for_days(10));
  }

  [[nodiscard]] certs_tool::Pair pair(std::uint64_t id) const {
    return certs_tool::make_certificate(authority, request(id));
  }

  /// Writes what server `id` starts with.
  TlsFiles write(std::uint64_t id, const certs_tool::Pair& own) const {
    return write(id, {own.certificate, own.key, authority.certificate});
  }

  TlsFiles write(std::uint64_t id, const PemTexts& texts) const {
    const std::string name = std::to_string(id);
    folder.write(name + ".pem", texts.certificates);
    folder.write(name + "-key.pem", texts.key);
    folder.write(name + "-ca.pem", texts.authorities);
    return {.certificates = folder.file(name + ".pem"),
            .key = folder.file(name + "-key.pem"),
            .authorities = folder.file(name + "-ca.pem")};
  }

  [[nodiscard]] TlsContext context(std::uint64_t id) const {
    auto created = TlsContext::create(write(id, pair(id)), {kCluster, ServerId(id)});
    BUOYANT_ASSERT(created.has_value());
    return std::move(*created);
  }

  Folder folder;
  certs_tool::Pair authority;
};

/// Carries what `source` has to send, in pieces of at most `piece`; true: something was.
template <class Source, class Target>
bool carry(Source& source, Target& target,
           std::size_t piece = std::numeric_limits<std::size_t>::max()) {
  bool moved = false;
  while (!source.output().empty()) {
    const auto part = source.output().first(std::min(piece, source.output().size()));
    const std::size_t taken = target.feed(part);
    if (taken == 0) {
      break;
    }
    source.consume(taken);
    moved = true;
  }
  return moved;
}

/// Until neither has anything to say that the other one takes.
template <class Left, class Right>
void exchange(Left& left, Right& right,
              std::size_t piece = std::numeric_limits<std::size_t>::max()) {
  bool moved = true;
  while (moved) {
    moved = carry(left, right, piece);
    moved = carry(right, left, piece) || moved;
  }
}

/// All that can be read now.
inline std::string read_all(TlsSession& session) {
  std::string text;
  std::array<std::byte, 5000> buffer{};
  while (const std::size_t count = session.read(buffer)) {
    text += text_of(ByteView(buffer).first(count));
  }
  return text;
}

/// Text that is different everywhere.
inline std::string long_text(std::size_t bytes) {
  std::string text(bytes, '\0');
  std::uint32_t value = 1;
  for (char& byte : text) {
    value = value * 1664525U + 1013904223U;
    byte = static_cast<char>(value >> 24U);
  }
  return text;
}

}  // namespace buoyant::tls::support
