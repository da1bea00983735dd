// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-ctl: looks at running servers through their status endpoints, and has them do something.

#include "tools/ctl/options.h"
#include "tools/ctl/run.h"

#include <curl/curl.h>

int main(int argc, char** argv) {
  int exit_code = 0;
  const auto options = buoyant::ctl::parse_options(argc, argv, exit_code);
  if (!options) {
    return exit_code;
  }
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return buoyant::ctl::kExitNobody;
  }
  exit_code = buoyant::ctl::run(*options);
  curl_global_cleanup();
  return exit_code;
}
