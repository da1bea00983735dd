// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Histories for the tests of the checkers: written down, or drawn from a server that is right.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/random.h"
#include "buoyant/base/time.h"
#include "buoyant/simulation/history.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace buoyant::simulation::histories {

inline Instant at(std::int64_t seconds) {
  return Instant(std::chrono::seconds(seconds));
}

/// A call with a reply, from second to second.
inline Operation call(std::uint64_t client, std::int64_t invoked, std::int64_t returned,
                      const std::string& command, const std::string& reply) {
  Operation operation;
  operation.client = client;
  operation.command = Bytes::copy_of(command);
  operation.invoked = at(invoked);
  operation.returned = at(returned);
  operation.reply = Bytes::copy_of(reply);
  return operation;
}

/// A call of unknown outcome.
inline Operation unknown(std::uint64_t client, std::int64_t invoked, const std::string& command) {
  Operation operation;
  operation.client = client;
  operation.command = Bytes::copy_of(command);
  operation.invoked = at(invoked);
  return operation;
}

/// Cells with a value each:
///   read x -> the value, write x 5 -> ok, swap x 5 -> the previous value, cas x 5 6 -> yes or no,
///   count x -> how often it was counted
inline std::string apply_to_cell(std::string& state, const std::string& command) {
  std::istringstream words(command);
  std::string verb;
  std::string key;
  std::string value;
  std::string other;
  words >> verb >> key >> value >> other;
  const std::string previous = state.empty() ? "none" : state;
  if (verb == "read") {
    return previous;
  }
  if (verb == "count") {
    state = std::to_string(state.empty() ? 1 : std::stoi(state) + 1);
    return state;
  }
  if (verb == "cas") {
    const bool fits = previous == value;
    state = fits ? other : state;
    return fits ? "yes" : "no";
  }
  state = value;
  return verb == "swap" ? previous : "ok";
}

inline Specification cells() {
  Specification specification;
  specification.key_of = [](const Bytes& command) {
    const std::string text(command.text());
    const std::size_t begin = text.find(' ') + 1;
    return text.substr(begin, text.find(' ', begin) - begin);
  };
  specification.apply = [](std::string& state, const Bytes& command) {
    return Bytes::copy_of(apply_to_cell(state, std::string(command.text())));
  };
  return specification;
}

/// What to draw. Times are in nanoseconds.
struct Shape {
  std::uint64_t operations = 100;
  std::uint64_t clients = 8;
  std::uint64_t keys = 2;
  /// So many calls of a hundred have an unknown outcome.
  std::uint64_t unknown = 5;
  /// Values are unique, or below this if it is not zero.
  std::uint64_t values = 0;
  std::uint64_t think = 1000;
  std::uint64_t latency = 1000;
  /// When writes do not tell the previous value, only reads say what happened.
  bool is_telling = true;
};

/// Operations by the moment at which they take effect.
using Calls = std::multimap<Instant, Operation>;

inline Duration draw_duration(Random& random, std::uint64_t below) {
  return Duration(static_cast<std::int64_t>(random.below(below)));
}

inline std::string draw_command(const Shape& shape, Random& random, std::uint64_t number) {
  const std::uint64_t kind = random.below(8);
  const std::string key = "k" + std::to_string(random.below(shape.keys));
  const std::uint64_t guess = random.below(shape.values == 0 ? 20 : shape.values);
  const std::uint64_t drawn = random.below(shape.values == 0 ? 1 : shape.values);
  const std::string value = std::to_string(shape.values == 0 ? number : drawn);
  if (kind < 3) {
    return "read " + key;
  }
  if (kind == 3) {
    const std::uint64_t expected = shape.values == 0 ? number - std::min(number, guess) : guess;
    return "cas " + key + " " + std::to_string(expected) + " " + value;
  }
  return (shape.is_telling ? "swap " : "write ") + key + " " + value;
}

inline Calls draw_calls(const Shape& shape, Random& random) {
  std::vector<Instant> clocks(shape.clients);
  Calls calls;
  for (std::uint64_t number = 1; number <= shape.operations; ++number) {
    const auto clock = std::min_element(clocks.begin(), clocks.end());
    Operation call;
    call.client = static_cast<std::uint64_t>(clock - clocks.begin()) + 1;
    call.command = Bytes::copy_of(draw_command(shape, random, number));
    call.invoked = *clock + draw_duration(random, shape.think);
    const Instant effect = call.invoked + draw_duration(random, shape.latency);
    const Instant returned = effect + draw_duration(random, shape.latency);
    const bool is_unknown = random.chance(shape.unknown, 100);
    const bool is_lost = random.chance(1, 2);
    const Instant late = effect + draw_duration(random, 20 * shape.latency);
    call.returned = is_unknown ? Instant::never() : returned;
    calls.emplace(!is_unknown ? effect : is_lost ? Instant::never() : late, call);
    *clock = returned + Duration(1);
  }
  return calls;
}

/// What clients see of a server that carries out every call at one moment between its invocation
/// and its return.
inline History draw_history(const Shape& shape, Random& random) {
  const Specification specification = cells();
  std::map<std::string, std::string> states;
  std::multimap<Instant, Operation> by_invocation;
  for (const auto& [effect, call] : draw_calls(shape, random)) {
    Operation seen = call;
    if (effect != Instant::never()) {
      const Bytes reply =
          specification.apply(states[specification.key_of(call.command)], call.command);
      seen.reply = call.returned != Instant::never() ? std::optional(reply) : std::nullopt;
    }
    by_invocation.emplace(call.invoked, seen);
  }
  History history;
  for (const auto& [invoked, call] : by_invocation) {
    history.push_back(call);
  }
  return history;
}

}  // namespace buoyant::simulation::histories
