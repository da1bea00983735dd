// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-certs: an authority and servers' certificates, for tests and first steps.

#include "tools/certs/options.h"
#include "tools/certs/run.h"

int main(int argc, char** argv) {
  int exit_code = 0;
  const auto options = buoyant::certs_tool::parse_options(argc, argv, exit_code);
  return options ? buoyant::certs_tool::run("buoyant-certs", *options) : exit_code;
}
