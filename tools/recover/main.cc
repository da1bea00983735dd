// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-recover: makes a cluster of what is left when its majority is lost for ever.

#include "tools/recover/options.h"
#include "tools/recover/run.h"

int main(int argc, char** argv) {
  int exit_code = 0;
  const auto options = buoyant::recover_tool::parse_options(argc, argv, exit_code);
  return options ? buoyant::recover_tool::run("buoyant-recover", *options) : exit_code;
}
