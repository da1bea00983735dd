// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/key_value_command.h"

#include "buoyant/base/assert.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <utility>

namespace buoyant::simulation {

namespace {

constexpr std::array<std::string_view, 6> kVerbNames = {"put",    "get",    "cas",
                                                        "delete", "append", "read"};

bool has_value(Verb verb) noexcept {
  return verb == Verb::kPut || verb == Verb::kCas;
}

/// The next word, without the space behind it, which is taken off as well.
/// Nothing: no space ends it.
std::optional<std::string_view> take_word(std::string_view& text) {
  const std::size_t end = text.find(' ');
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end + 1);
  return word;
}

/// The whole of `word` as a number.
std::optional<std::uint64_t> number_of(std::string_view word) {
  std::uint64_t number = 0;
  const char* end = word.data() + word.size();
  const auto [at, error] = std::from_chars(word.data(), end, number);
  return error == std::errc() && at == end ? std::optional(number) : std::nullopt;
}

std::optional<std::uint64_t> take_number(std::string_view& text) {
  const auto word = take_word(text);
  return word ? number_of(*word) : std::nullopt;
}

std::optional<Verb> verb_of(std::string_view name) {
  for (std::size_t i = 0; i < kVerbNames.size(); ++i) {
    if (kVerbNames[i] == name) {
      return static_cast<Verb>(i);
    }
  }
  return std::nullopt;
}

std::string reply_state(const std::string& state) {
  return state.empty() ? "none" : state;
}

/// The number of the command that made a state; zero: none did.
std::uint64_t maker_of(const std::string& state) {
  std::uint64_t number = 0;
  std::from_chars(state.data(), state.data() + state.size(), number);
  return number;
}

}  // namespace

bool is_of_register(Verb verb) noexcept {
  return verb != Verb::kAppend && verb != Verb::kRead;
}

std::string encode(const KeyValueCommand& command) {
  std::string text(kVerbNames.at(static_cast<std::size_t>(command.verb)));
  text += " " + command.key + " " + std::to_string(command.client) + " " +
          std::to_string(command.number) + " ";
  if (command.verb == Verb::kCas) {
    text += std::to_string(command.expected) + " ";
  }
  return text + command.value;
}

std::optional<KeyValueCommand> decode_command(std::string_view text) {
  const auto verb = verb_of(take_word(text).value_or(std::string_view()));
  const auto key = take_word(text);
  const auto client = take_number(text);
  const auto number = take_number(text);
  const bool compares = verb.has_value() && *verb == Verb::kCas;
  const auto expected = compares ? take_number(text) : std::optional<std::uint64_t>(0);
  if (!verb || !key || !client || !number || !expected) {
    return std::nullopt;
  }
  const char kind = is_of_register(*verb) ? 'r' : 'l';
  const bool is_key = key->starts_with(kind) && number_of(key->substr(1));
  const bool is_whole = has_value(*verb) || text.empty();
  if (!is_key || !is_whole || *number == 0) {
    return std::nullopt;
  }
  return KeyValueCommand{*verb, std::string(*key), *client, *number, *expected, std::string(text)};
}

std::string apply_to_register(std::string& state, const KeyValueCommand& command) {
  BUOYANT_ASSERT(is_of_register(command.verb));
  std::string previous = reply_state(state);
  if (command.verb == Verb::kGet) {
    return previous;
  }
  if (command.verb == Verb::kCas && maker_of(state) != command.expected) {
    return "kept " + previous;
  }
  state = std::to_string(command.number) +
          (command.verb == Verb::kDelete ? " deleted" : "=" + command.value);
  return (command.verb == Verb::kCas ? "swapped " : "") + previous;
}

std::string apply_to_list(ListValues& list, const KeyValueCommand& command) {
  BUOYANT_ASSERT(!is_of_register(command.verb));
  if (command.verb == Verb::kAppend) {
    list.push_back(command.number);
  }
  std::string reply;
  for (const std::uint64_t value : list) {
    reply += (reply.empty() ? "" : " ") + std::to_string(value);
  }
  return "[" + reply + "]";
}

std::optional<ListValues> decode_list(std::string_view reply) {
  if (reply.size() < 2 || !reply.starts_with('[') || !reply.ends_with(']')) {
    return std::nullopt;
  }
  std::string rest(reply.substr(1, reply.size() - 2));
  rest += rest.empty() ? "" : " ";
  ListValues list;
  for (std::string_view words = rest; !words.empty();) {
    const auto value = take_number(words);
    if (!value) {
      return std::nullopt;
    }
    list.push_back(*value);
  }
  return list;
}

}  // namespace buoyant::simulation
