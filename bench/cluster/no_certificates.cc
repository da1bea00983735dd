// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/certificates.h"

namespace buoyant::bench {

Result<void> make_certificates(const std::string& directory, std::uint64_t servers) {
  (void)directory;
  (void)servers;
  return fail(Errc::kInvalidOptions, "this build has no TLS");
}

TlsFiles certificates_of(const std::string& directory, std::uint64_t server) {
  (void)directory;
  (void)server;
  return {};
}

}  // namespace buoyant::bench
