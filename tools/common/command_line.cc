// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/common/command_line.h"

#include "tools/common/exit_code.h"

#include <CLI/CLI.hpp>

namespace buoyant::tools {

bool parse(CLI::App& app, int argc, const char* const* argv, int& exit_code) {
  // CLI11 reports by exception; they end here.
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? 0 : kExitRefused;
    return false;
  }
  return true;
}

}  // namespace buoyant::tools
