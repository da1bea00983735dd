// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The commands of the key-value workload as text, and what they do to a key.
///
/// The state machine and the judge share this meaning; what is judged is whether the cluster
/// keeps the order, not whether this file is right.
///
/// A state that a register had is never its state again: the number of the command that made it
/// is a part of it, also when the register is deleted. Every reply tells such a state or a whole
/// list, so that it says exactly where in the order its command stands.
///
///   put r0 CLIENT NUMBER VALUE            -> the previous state
///   get r0 CLIENT NUMBER                  -> the state
///   cas r0 CLIENT NUMBER EXPECTED VALUE   -> "swapped" or "kept", and the previous state
///   delete r0 CLIENT NUMBER               -> the previous state
///   append l0 CLIENT NUMBER               -> the list with NUMBER as its last value
///   read l0 CLIENT NUMBER                 -> the list
///
/// A state is "none" at first, then "NUMBER=VALUE" or "NUMBER deleted"; a list is "[1 2 3]".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::simulation {

enum class Verb : std::uint8_t { kPut, kGet, kCas, kDelete, kAppend, kRead };

/// True for the verbs of registers, whose keys begin with 'r'; those of lists begin with 'l'.
bool is_of_register(Verb verb) noexcept;

struct KeyValueCommand {
  Verb verb = Verb::kGet;
  std::string key;
  std::uint64_t client = 0;
  /// Different for all commands of one run, not zero.
  std::uint64_t number = 0;
  /// The number of the command that made the state which a cas replaces; zero: none did.
  std::uint64_t expected = 0;
  std::string value;

  friend bool operator==(const KeyValueCommand&, const KeyValueCommand&) = default;
};

std::string encode(const KeyValueCommand& command);

/// Nothing: it is malformed.
std::optional<KeyValueCommand> decode_command(std::string_view text);

/// What a malformed command is answered.
inline constexpr std::string_view kMalformedReply = "malformed";

/// Carries out a command on a register; `state` is empty at first. Gives the reply.
/// Requires: the command is of a register.
std::string apply_to_register(std::string& state, const KeyValueCommand& command);

using ListValues = std::vector<std::uint64_t>;

/// Carries out a command on a list. Gives the reply. Requires: the command is of a list.
std::string apply_to_list(ListValues& list, const KeyValueCommand& command);

/// The list in a reply. Nothing: it is none.
std::optional<ListValues> decode_list(std::string_view reply);

}  // namespace buoyant::simulation
