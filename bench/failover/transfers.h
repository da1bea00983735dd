// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Planned transfers of leadership between buoyant-kv processes, one after the other, under light
/// load: how long no write succeeds.
#pragma once

#include "tests/support/process/deadline.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace buoyant::bench {

struct TransferOptions {
  /// The program.
  std::string binary;
  /// Exists; the servers' data goes there.
  std::string directory;
  std::size_t servers = 3;
  std::uint64_t transfers = 200;
  std::uint64_t election_ms = 1000;
  std::uint64_t heartbeat_ms = 100;
  process::Deadline deadline;
};

struct TransferRun {
  /// Around each transfer that was answered with +OK: the longest time between two writes that
  /// succeeded, in milliseconds.
  std::vector<double> gaps;
  /// The same for as long before each transfer: what the machine does without one.
  std::vector<double> gaps_before;
  /// The other transfers.
  std::uint64_t failures = 0;
  /// Why there are fewer than were asked for; "": there are not.
  std::string trouble;
};

/// `on_transfer` hears of each.
TransferRun run_transfers(const TransferOptions& options,
                          const std::function<void(const TransferRun&)>& on_transfer);

}  // namespace buoyant::bench
