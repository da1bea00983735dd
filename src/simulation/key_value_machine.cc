// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/key_value_machine.h"

#include <utility>

namespace buoyant::simulation {

void KeyValueMachine::apply(std::vector<Command> commands, ApplyDone done) noexcept {
  std::vector<Bytes> replies;
  replies.reserve(commands.size());
  for (const Command& command : commands) {
    replies.push_back(Bytes::copy_of(apply(command.payload.text())));
  }
  done(std::move(replies));
}

std::string KeyValueMachine::apply(std::string_view text) {
  const auto command = decode_command(text);
  if (!command) {
    return std::string(kMalformedReply);
  }
  return is_of_register(command->verb) ? apply_to_register(registers_[command->key], *command)
                                       : apply_to_list(lists_[command->key], *command);
}

}  // namespace buoyant::simulation
