// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/command_table.h"

#include <algorithm>
#include <array>
#include <limits>

namespace kv {

namespace {

constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();

constexpr std::array kCommands = {
    CommandSpec{"GET", CommandKind::kOperation, 2, 2},
    CommandSpec{"SET", CommandKind::kOperation, 3, kAny},
    CommandSpec{"GETSET", CommandKind::kOperation, 3, 3},
    CommandSpec{"APPEND", CommandKind::kOperation, 3, 3},
    CommandSpec{"STRLEN", CommandKind::kOperation, 2, 2},
    CommandSpec{"DEL", CommandKind::kOperation, 2, kAny},
    CommandSpec{"EXISTS", CommandKind::kOperation, 2, kAny},
    CommandSpec{"INCR", CommandKind::kOperation, 2, 2},
    CommandSpec{"INCRBY", CommandKind::kOperation, 3, 3},
    CommandSpec{"DECR", CommandKind::kOperation, 2, 2},
    CommandSpec{"MGET", CommandKind::kOperation, 2, kAny},
    CommandSpec{"MSET", CommandKind::kOperation, 3, kAny},
    CommandSpec{"DBSIZE", CommandKind::kOperation, 1, 1},
    CommandSpec{"CAS", CommandKind::kOperation, 4, 4},
    CommandSpec{"SESSION.OPEN", CommandKind::kSession, 1, 1},
    CommandSpec{"SESSION.DO", CommandKind::kSession, 4, kAny},
    CommandSpec{"SESSION.CLOSE", CommandKind::kSession, 2, 2},
    CommandSpec{"PING", CommandKind::kConnection, 1, 2},
    CommandSpec{"ECHO", CommandKind::kConnection, 2, 2},
    CommandSpec{"COMMAND", CommandKind::kConnection, 1, kAny},
    CommandSpec{"CONFIG", CommandKind::kConnection, 2, kAny},
    CommandSpec{"CLIENT", CommandKind::kConnection, 2, kAny},
    CommandSpec{"HELLO", CommandKind::kConnection, 1, kAny},
    CommandSpec{"SELECT", CommandKind::kConnection, 2, 2},
    CommandSpec{"INFO", CommandKind::kConnection, 1, kAny},
    CommandSpec{"QUIT", CommandKind::kConnection, 1, kAny},
    CommandSpec{"READMODE", CommandKind::kConnection, 2, 2},
    CommandSpec{"RAFT.ADD", CommandKind::kRaft, 3, 4},
    CommandSpec{"RAFT.PROMOTE", CommandKind::kRaft, 2, 2},
    CommandSpec{"RAFT.DEMOTE", CommandKind::kRaft, 2, 2},
    CommandSpec{"RAFT.REMOVE", CommandKind::kRaft, 2, 2},
    CommandSpec{"RAFT.TRANSFER", CommandKind::kRaft, 1, 2},
    CommandSpec{"RAFT.SNAPSHOT", CommandKind::kRaft, 1, 1},
    CommandSpec{"RAFT.STATUS", CommandKind::kRaft, 1, 1},
    CommandSpec{"RAFT.MEMBERS", CommandKind::kRaft, 1, 1},
    CommandSpec{"RAFT.HASH", CommandKind::kRaft, 1, 1},
    CommandSpec{"RAFT.TRACE", CommandKind::kRaft, 1, 1},
};

char upper(char character) {
  return character >= 'a' && character <= 'z' ? static_cast<char>(character - 'a' + 'A')
                                              : character;
}

}  // namespace

bool equals_ignoring_case(std::string_view text, std::string_view capitals) {
  return std::equal(text.begin(), text.end(), capitals.begin(), capitals.end(),
                    [](char left, char right) { return upper(left) == right; });
}

std::string upper(std::string_view text) {
  std::string capitals(text);
  std::transform(text.begin(), text.end(), capitals.begin(), [](char c) { return upper(c); });
  return capitals;
}

const CommandSpec* find_command(std::string_view name) {
  const auto found = std::find_if(
      kCommands.begin(), kCommands.end(),
      [&](const CommandSpec& command) { return equals_ignoring_case(name, command.name); });
  return found == kCommands.end() ? nullptr : &*found;
}

std::size_t command_count() {
  return kCommands.size();
}

}  // namespace kv
