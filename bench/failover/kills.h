// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// SIGKILL of the leader of buoyant-echo processes, again and again, under light load: how long
/// no write succeeds.
#pragma once

#include "bench/failover/outage.h"
#include "tests/support/process/deadline.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace buoyant::bench {

struct KillOptions {
  /// The program.
  std::string binary;
  /// Exists; the servers' data goes there.
  std::string directory;
  std::size_t servers = 3;
  std::uint64_t kills = 200;
  std::uint64_t election_ms = 1000;
  std::uint64_t heartbeat_ms = 100;
  std::uint64_t lines_per_second = 300;
  std::uint64_t seed = 1;
  /// SIGTERM instead: the leader is asked to stop, and may hand over first.
  bool asks_to_stop = false;
  process::Deadline deadline;
};

struct KillRun {
  std::vector<Outage> outages;
  /// Why there are fewer than were asked for; "": there are not.
  std::string trouble;
};

/// An outage lasts from the signal to the first acknowledgement, by a server that lives, of a
/// line that was sent after it. A leader that is asked to stop leads on for a while: then it is
/// the longest time between two acknowledgements, within one election timeout of the signal.
/// `on_kill` hears of each.
KillRun run_kills(const KillOptions& options, const std::function<void(const KillRun&)>& on_kill);

}  // namespace buoyant::bench
