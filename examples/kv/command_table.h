// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The commands that clients may send: their names, how many words they have, and who does them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kv {

/// Who does a command.
enum class CommandKind : std::uint8_t {
  kOperation,   ///< The map, by way of the log or of a read.
  kSession,     ///< The session table, by way of the log.
  kConnection,  ///< The connection alone.
  kRaft,        ///< The node.
};

struct CommandSpec {
  std::string_view name;  ///< In capitals.
  CommandKind kind = CommandKind::kConnection;
  /// Words, the name among them.
  std::size_t words_min = 1;
  std::size_t words_max = 1;
};

/// Written in small letters or capitals. Null: there is none.
const CommandSpec* find_command(std::string_view name);

/// How many there are.
std::size_t command_count();

/// In capitals, as far as they are letters of ASCII.
std::string upper(std::string_view text);

bool equals_ignoring_case(std::string_view text, std::string_view capitals);

}  // namespace kv
