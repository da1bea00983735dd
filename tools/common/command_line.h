// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How the programs for operators read their command lines.
#pragma once

namespace CLI {
class App;
}

namespace buoyant::tools {

/// Reads the command line into what was added to `app`. False: the program is to end with
/// `exit_code`; why, or the help, was printed.
bool parse(CLI::App& app, int argc, const char* const* argv, int& exit_code);

}  // namespace buoyant::tools
