// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The command line of buoyant-recover.
#pragma once

#include "buoyant/model/configuration.h"

#include <optional>
#include <string>
#include <vector>

namespace buoyant::recover_tool {

struct Options {
  std::string directory;
  /// Who is to vote; nobody else is a member.
  std::vector<Member> voters;
  /// Change it; else only say what would be done.
  bool force = false;
  bool json = false;
};

/// Nothing: what there was to say is said; the program ends with `exit_code`.
std::optional<Options> parse_options(int argc, const char* const* argv, int& exit_code);

}  // namespace buoyant::recover_tool
