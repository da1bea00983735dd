// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/certs/run.h"

#include "tools/common/exit_code.h"

#include <cstdio>

namespace buoyant::certs_tool {

namespace {

constexpr const char* kAuthorityName = "ca";

Result<Pair> make(const Options& options) {
  const Validity validity = valid_for_days(options.days);
  if (options.command == Options::Command::kAuthority) {
    return make_authority("buoyant certificate authority", validity);
  }
  const auto authority = read_pair(paths_of(options.authority, kAuthorityName));
  if (!authority) {
    return fail(authority.error());
  }
  return make_certificate(*authority, server_request(options.cluster, options.id, validity));
}

Paths paths_for(const Options& options) {
  return options.command == Options::Command::kAuthority
             ? paths_of(options.out, kAuthorityName)
             : paths_of(options.out, "server-" + std::to_string(options.id));
}

}  // namespace

Result<Paths> carry_out(const Options& options) {
  const auto pair = make(options);
  if (!pair) {
    return fail(pair.error());
  }
  Paths paths = paths_for(options);
  if (const auto written = write_pair(paths, *pair); !written) {
    return fail(written.error());
  }
  return paths;
}

int run(const char* program, const Options& options) {
  const auto paths = carry_out(options);
  if (!paths) {
    return tools::refuse(program, paths.error());
  }
  std::printf("certificate: %s\nkey: %s\n", paths->certificate.c_str(), paths->key.c_str());
  return 0;
}

}  // namespace buoyant::certs_tool
