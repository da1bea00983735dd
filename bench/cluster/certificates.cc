// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/certificates.h"

#include "tools/certs/files.h"
#include "tools/certs/issue.h"

namespace buoyant::bench {

namespace {

constexpr int kDays = 2;

std::string name_of(std::uint64_t server) {
  return "server-" + std::to_string(server);
}

}  // namespace

Result<void> make_certificates(const std::string& directory, std::uint64_t servers) {
  const certs_tool::Validity validity = certs_tool::valid_for_days(kDays);
  const certs_tool::Pair authority = certs_tool::make_authority(kClusterName, validity);
  Result<void> written = write_pair(certs_tool::paths_of(directory, "ca"), authority);
  for (std::uint64_t server = 1; written && server <= servers; ++server) {
    const certs_tool::Request request = certs_tool::server_request(kClusterName, server, validity);
    written = write_pair(certs_tool::paths_of(directory, name_of(server)),
                         make_certificate(authority, request));
  }
  return written;
}

TlsFiles certificates_of(const std::string& directory, std::uint64_t server) {
  const certs_tool::Paths own = certs_tool::paths_of(directory, name_of(server));
  return {.certificates = own.certificate,
          .key = own.key,
          .authorities = certs_tool::paths_of(directory, "ca").certificate};
}

}  // namespace buoyant::bench
