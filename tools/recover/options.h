// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The command line of buoyant-recover, and of the subcommand of buoyant-inspect.
#pragma once

#include "buoyant/model/configuration.h"

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace buoyant::recover_tool {

/// What help begins with.
inline constexpr const char* kAbout =
    "Makes a cluster of what is left when its majority is lost for ever (docs/RECOVERY.md).\n"
    "Says what it finds in the data directory of a stopped server, and what would follow.\n"
    "Changes the members only with --force.";

struct Options {
  std::string directory;
  /// Who is to vote; nobody else is a member.
  std::vector<Member> voters;
  /// Change it; else only say what would be done.
  bool force = false;
  bool json = false;
};

/// Has `app` fill `options`, which live until it has parsed.
void add_options(CLI::App& app, Options& options);

/// Nothing: what there was to say is said; the program ends with `exit_code`.
std::optional<Options> parse_options(int argc, const char* const* argv, int& exit_code);

}  // namespace buoyant::recover_tool
