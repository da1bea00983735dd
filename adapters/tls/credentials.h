// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Our own certificate, its key and the authorities that we trust, read, checked and made into
/// what sessions are created from. All that a peer would refuse us for is refused here.
#pragma once

#include "adapters/tls/name.h"
#include "adapters/tls/owned.h"
#include "buoyant/base/result.h"

#include <chrono>
#include <string>

namespace buoyant::tls {

/// The longest RSA key that may sign for us: a signature is made on the loop's thread, and a key
/// of 4096 bits takes several milliseconds for one. Keys on curves have no such bound.
inline constexpr int kRsaBitsMax = 2048;

/// The most that the other side's certificates may take, and the most of them between its own
/// and an authority.
inline constexpr long kPeerChainBytesMax = 16L * 1024;
inline constexpr int kPeerIntermediatesMax = 3;

/// PEM, as in the files.
struct PemTexts {
  /// Our own certificate first, then those between it and an authority.
  std::string certificates;
  std::string key;
  std::string authorities;
};

struct Credentials {
  OwnedSslContext ssl;
  /// When the first of our own certificates expires.
  std::chrono::system_clock::time_point expires_at;
};

/// Errors: kInvalidOptions, kWrongCluster and kWrongIdentity (the certificate is for somebody
/// else); the context says which file, and what about it.
Result<Credentials> make_credentials(const PemTexts& texts, const PeerName& own);

}  // namespace buoyant::tls
