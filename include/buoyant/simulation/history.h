// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the clients of a simulated cluster saw, and whether one server could have shown it.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/time.h"
#include "buoyant/model/ids.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::simulation {

/// One call of one client, and what it was told.
struct Operation {
  std::uint64_t client = 0;
  Bytes command;
  Instant invoked;
  /// Instant::never(): the outcome is unknown, it may take effect at any later time or never.
  Instant returned = Instant::never();
  /// What the state machine replied; absent when the outcome is unknown.
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

/// Looks for an order of the operations that agrees with real time and with every reply
/// (linearizability; the search of Wing and Gong with Lowe's memory of configurations). The time
/// is exponential in the operations of one key that are open at once, not in their number.
/// Gives what is wrong, in words, with the operations of the key at which no order goes on;
/// nothing: there is an order.
[[nodiscard]] std::optional<std::string> find_nonlinearizable(const History& history,
                                                              const Specification& specification);

/// One call on a list that only grows.
struct ListOperation {
  std::uint64_t client = 0;
  Instant invoked;
  Instant returned = Instant::never();
  /// The unique value that was appended; zero: a read.
  std::uint64_t appended = 0;
  /// The whole list as it was after the operation; absent when the outcome is unknown.
  std::optional<std::vector<std::uint64_t>> seen;
};

/// The same question for appends of unique values that see the whole list, in linear time.
[[nodiscard]] std::optional<std::string> find_list_anomaly(
    const std::vector<ListOperation>& history);

}  // namespace buoyant::simulation
