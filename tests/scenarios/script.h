// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A scenario file: comments, inputs, and the transcript that follows each input.
///
///     # A comment, kept as it is. Empty lines are kept, too.
///     > propose 1; write-done 1
///       1  proposed 2 (term 2)
///
/// A line of input is one turn of the loops of all servers that it touches. Every other line is
/// output and follows the input that it is of.
#pragma once

#include "tests/scenarios/command.h"

#include <string>
#include <string_view>
#include <vector>

namespace buoyant::scenarios {

/// A line that is kept: a comment, an empty one, or an input.
struct ScriptLine {
  std::string text;
  /// Of an input.
  std::vector<Command> commands;
  /// The input ends with the word "quietly": its output is not shown.
  bool quietly = false;
};

struct Script {
  std::vector<ScriptLine> lines;
};

/// Reads all but the output.
tl::expected<Script, ScriptError> parse_script(std::string_view text);

/// The lines of a text, without their ends.
std::vector<std::string> split_lines(std::string_view text);

}  // namespace buoyant::scenarios
