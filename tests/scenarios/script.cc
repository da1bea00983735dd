// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/scenarios/script.h"

#include <sstream>
#include <utility>

namespace buoyant::scenarios {

namespace script {

constexpr std::string_view kQuietly = " quietly";

tl::expected<ScriptLine, ScriptError> parse_input(const std::string& text, std::size_t line) {
  ScriptLine input{.text = text, .commands = {}, .quietly = text.ends_with(kQuietly)};
  std::string words = text.substr(1);
  if (input.quietly) {
    words.resize(words.size() - kQuietly.size());
  }
  std::istringstream stream(words);
  for (std::string part; std::getline(stream, part, ';');) {
    auto command = parse_command(part, line);
    if (!command) {
      return tl::unexpected(command.error());
    }
    input.commands.push_back(std::move(*command));
  }
  return input;
}

}  // namespace script

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

tl::expected<Script, ScriptError> parse_script(std::string_view text) {
  Script script;
  const std::vector<std::string> lines = split_lines(text);
  bool may_be_output = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    if (line.empty() || line.starts_with("#")) {
      script.lines.push_back({.text = line, .commands = {}, .quietly = false});
      may_be_output = false;
    } else if (line.starts_with("> ")) {
      auto input = script::parse_input(line, i + 1);
      if (!input) {
        return tl::unexpected(input.error());
      }
      script.lines.push_back(std::move(*input));
      may_be_output = true;
    } else if (!line.starts_with("  ") || !may_be_output) {
      return tl::unexpected(ScriptError{
          i + 1, "neither a comment '# ...', an input '> ...', nor the output of an input"});
    }
  }
  return script;
}

}  // namespace buoyant::scenarios
