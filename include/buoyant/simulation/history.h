// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the clients of a simulated cluster saw, and whether one server could have shown it.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/export.h"
#include "buoyant/base/time.h"
#include "buoyant/model/ids.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::simulation {

/// One call of one client, and what it was told. Requires: invoked <= returned.
struct Operation {
  std::uint64_t client = 0;
  Bytes command;
  Instant invoked;
  /// Instant::never(): the outcome is unknown, it may take effect at any later time or never.
  Instant returned = Instant::never();
  /// What the state machine replied; absent when the outcome is unknown, whatever `returned` says.
  std::optional<Bytes> reply;
  /// Where it stands in the log; zero when the outcome is unknown.
  LogPosition position;
};

/// The calls of one run that were committed or may have been, in the order in which they were
/// invoked. Those that were certainly not committed are left out: they must not have an effect.
using History = std::vector<Operation>;

/// What one server without faults does: the meaning of the commands.
struct Specification {
  /// The part of the state that a command reads and writes. Commands with different keys do not
  /// touch each other, so they are checked apart.
  std::function<std::string(const Bytes& command)> key_of;
  /// Carries out `command` on the state of its key, empty at first, and gives the reply.
  std::function<Bytes(std::string& state, const Bytes& command)> apply;
};

/// What the search for an order came to.
struct Linearizability {
  /// What is wrong, in words, with the operations of the key at which no order goes on.
  std::optional<std::string> violation;
  /// The keys whose search was given up at its bound: neither right nor wrong.
  std::vector<std::string> undecided;
  /// How many configurations were looked at, of all keys.
  std::uint64_t configurations = 0;
};

/// A configuration is a set of operations that are in an order, and the state after them. So many
/// of one key are looked at before its search is given up: some hundred megabytes, some seconds.
inline constexpr std::uint64_t kConfigurationsMax = 1'000'000;

/// Looks for an order of the operations that agrees with real time and with every reply
/// (linearizability; the search of Wing and Gong with Lowe's memory of configurations). One that
/// returned before another was invoked comes before it; at equal times they are concurrent.
///
/// The time is exponential in the operations of one key that are open at once, not in their
/// number; replies that tell the state before or after a command make it linear. Operations of
/// unknown outcome are open for ever, but cost little as long as the states differ that they
/// lead to, or their commands are equal.
[[nodiscard]] BUOYANT_EXPORT Linearizability
check_linearizability(const History& history, const Specification& specification,
                      std::uint64_t configurations_max = kConfigurationsMax);

/// The violation alone. Nothing: there is an order, or the search was given up.
[[nodiscard]] BUOYANT_EXPORT std::optional<std::string> find_nonlinearizable(
    const History& history, const Specification& specification);

/// One call on a list that only grows. Requires: invoked <= returned.
struct ListOperation {
  std::uint64_t client = 0;
  Instant invoked;
  Instant returned = Instant::never();
  /// The unique value that was appended; zero: a read.
  std::uint64_t appended = 0;
  /// The whole list as it was after the operation; absent when the outcome is unknown.
  std::optional<std::vector<std::uint64_t>> seen;
};

/// The same question for appends of unique values that see the whole list: always decided, in
/// the time of sorting. Gives what is wrong, in words, with the operations that contradict each
/// other. Requires: no two append the same value.
[[nodiscard]] BUOYANT_EXPORT std::optional<std::string> find_list_anomaly(
    const std::vector<ListOperation>& history);

}  // namespace buoyant::simulation
