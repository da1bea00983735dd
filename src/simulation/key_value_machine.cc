// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/key_value_machine.h"

#include "simulation/text_source.h"

#include <sstream>
#include <utility>

namespace buoyant::simulation {

/// Gathers the text, and reads it at the end.
class KeyValueMachine::Target final : public SnapshotTarget {
 public:
  explicit Target(KeyValueMachine& machine) : machine_(machine) {}

  Result<void> write(ByteView chunk) noexcept override {
    text_ += text_of(chunk);
    return {};
  }

  Result<void> finish() noexcept override {
    KeyValueMachine read;
    std::istringstream words(text_);
    std::string kind;
    std::string key;
    std::size_t size = 0;
    while (words >> kind >> key >> size && words.get() == ' ') {
      if (kind == "register") {
        std::string state(size, ' ');
        words.read(state.data(), static_cast<std::streamsize>(size));
        read.registers_[key] = std::move(state);
      } else {
        ListValues& list = read.lists_[key];
        for (std::uint64_t value = 0; list.size() < size && words >> value;) {
          list.push_back(value);
        }
      }
    }
    machine_.registers_ = std::move(read.registers_);
    machine_.lists_ = std::move(read.lists_);
    return {};
  }

 private:
  KeyValueMachine& machine_;
  std::string text_;
};

std::unique_ptr<SnapshotSource> KeyValueMachine::capture() noexcept {
  std::ostringstream text;
  for (const auto& [key, state] : registers_) {
    text << "register " << key << ' ' << state.size() << ' ' << state << '\n';
  }
  for (const auto& [key, list] : lists_) {
    text << "list " << key << ' ' << list.size() << ' ';
    for (const std::uint64_t value : list) {
      text << value << ' ';
    }
    text << '\n';
  }
  return std::make_unique<TextSource>(text.str());
}

std::unique_ptr<SnapshotTarget> KeyValueMachine::install() noexcept {
  return std::make_unique<Target>(*this);
}

void KeyValueMachine::apply(std::vector<Command> commands, ApplyDone done) noexcept {
  std::vector<Bytes> replies;
  replies.reserve(commands.size());
  for (const Command& command : commands) {
    replies.push_back(Bytes::copy_of(apply(command.payload.text())));
  }
  done(std::move(replies));
}

std::string KeyValueMachine::read(std::string_view text) {
  const auto command = decode_command(text);
  if (!command) {
    return std::string(kMalformedReply);
  }
  // A key that is not there does not come into being here: the state would differ from others'.
  if (is_of_register(command->verb)) {
    std::string none;
    const auto found = registers_.find(command->key);
    return apply_to_register(found == registers_.end() ? none : found->second, *command);
  }
  ListValues none;
  const auto found = lists_.find(command->key);
  return apply_to_list(found == lists_.end() ? none : found->second, *command);
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
