// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/base/assert.h"
#include "buoyant/simulation/workload.h"
#include "simulation/key_value_command.h"
#include "simulation/key_value_machine.h"
#include "simulation/operation_text.h"

#include <array>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

namespace buoyant::simulation {

namespace {

/// As often as each stands here.
constexpr std::array<Verb, 16> kVerbs = {
    Verb::kPut,    Verb::kPut,    Verb::kPut,    Verb::kGet,    Verb::kGet,  Verb::kGet,
    Verb::kCas,    Verb::kCas,    Verb::kCas,    Verb::kDelete, Verb::kRead, Verb::kRead,
    Verb::kAppend, Verb::kAppend, Verb::kAppend, Verb::kAppend,
};

/// Bytes that differ from one number to the next, so that a mix-up of values is seen.
std::string value_of(std::uint64_t number, std::uint64_t size) {
  std::string value;
  for (std::uint64_t i = 0; i < size; ++i) {
    value += static_cast<char>('a' + (number + i) % 26U);
  }
  return value;
}

Specification register_specification() {
  Specification specification;
  specification.key_of = [](const Bytes& bytes) {
    const auto command = decode_command(bytes.text());
    return command ? command->key : std::string(kMalformedReply);
  };
  specification.apply = [](std::string& state, const Bytes& bytes) {
    const auto command = decode_command(bytes.text());
    return Bytes::copy_of(command ? apply_to_register(state, *command)
                                  : std::string(kMalformedReply));
  };
  return specification;
}

/// A history, register by list.
struct Histories {
  /// Also what is malformed.
  History registers;
  std::map<std::string, std::vector<ListOperation>> lists;
  /// A reply that does not even look like one.
  std::optional<std::string> nonsense;
};

Histories sort_out(const History& history) {
  Histories histories;
  for (const Operation& operation : history) {
    const auto command = decode_command(operation.command.text());
    if (!command || is_of_register(command->verb)) {
      histories.registers.push_back(operation);
      continue;
    }
    ListOperation list{operation.client, operation.invoked, operation.returned};
    list.appended = command->verb == Verb::kAppend ? command->number : 0;
    list.seen = operation.reply ? decode_list(operation.reply->text()) : std::nullopt;
    if (operation.reply && !list.seen) {
      histories.nonsense = "a reply that is no list:\n  " + shown(operation);
    }
    histories.lists[command->key].push_back(std::move(list));
  }
  return histories;
}

}  // namespace

KeyValueWorkload::KeyValueWorkload() : KeyValueWorkload(Options()) {}

KeyValueWorkload::KeyValueWorkload(Options options)
    : options_(options), last_writes_(options.keys) {
  BUOYANT_ASSERT(options.keys > 0);
}

std::unique_ptr<StateMachine> KeyValueWorkload::make_state_machine() {
  return std::make_unique<KeyValueMachine>();
}

Bytes KeyValueWorkload::next_command(std::uint64_t client, Random& random) {
  const Verb verb = kVerbs.at(random.below(kVerbs.size()));
  const std::uint64_t key = random.below(options_.keys);
  const bool is_long = random.chance(1, 50);
  const std::uint64_t size =
      random.below((is_long ? options_.long_value_bytes_max : options_.value_bytes_max) + 1);
  // Most of the time the state that this register probably has; otherwise that of a new one.
  const bool expects_none = random.chance(1, 4);
  KeyValueCommand command;
  command.verb = verb;
  command.key = (is_of_register(verb) ? "r" : "l") + std::to_string(key);
  command.client = client;
  command.number = next_number_++;
  if (verb == Verb::kCas) {
    command.expected = expects_none ? 0 : last_writes_[key];
  }
  if (verb == Verb::kPut || verb == Verb::kCas) {
    command.value = value_of(command.number, size);
  }
  if (is_of_register(verb) && verb != Verb::kGet) {
    last_writes_[key] = command.number;
  }
  return Bytes::copy_of(encode(command));
}

bool KeyValueWorkload::only_reads(const Bytes& bytes) const {
  const auto command = decode_command(bytes.text());
  return command && (command->verb == Verb::kGet || command->verb == Verb::kRead);
}

Bytes KeyValueWorkload::read(StateMachine& machine, const Bytes& command) {
  // It is one of ours, see make_state_machine().
  return Bytes::copy_of(static_cast<KeyValueMachine&>(machine).read(command.text()));
}

std::optional<std::string> KeyValueWorkload::judge(const History& history) {
  const Histories histories = sort_out(history);
  if (histories.nonsense) {
    return histories.nonsense;
  }
  Linearizability registers = check_linearizability(histories.registers, register_specification(),
                                                    options_.configurations_max);
  undecided_keys_ += registers.undecided.size();
  if (registers.violation) {
    return std::move(registers.violation);
  }
  for (const auto& [key, operations] : histories.lists) {
    if (const auto anomaly = find_list_anomaly(operations)) {
      return "\"" + key + "\": " + *anomaly;
    }
  }
  return std::nullopt;
}

}  // namespace buoyant::simulation
