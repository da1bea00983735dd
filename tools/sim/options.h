// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The command line of buoyant-sim.
#pragma once

#include "buoyant/simulation/fault.h"
#include "tools/sim/recording.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace buoyant::sim_tool {

struct Options {
  /// One seed only, in this process: what happens can be looked at with a debugger.
  std::optional<std::uint64_t> seed;
  std::uint64_t first = 1;
  std::uint64_t count = 1000;
  /// The first seed comes from the clock: seeds that nobody has run.
  bool fresh = false;
  unsigned jobs = 1;
  std::uint64_t failures = 1;
  std::optional<unsigned> seconds;
  std::optional<simulation::FaultSet> faults;
  /// Clusters that are upgraded from the release before this one while they run.
  bool mixed_versions = false;
  std::string trace;
  /// A page to look at the run with, or at the first that fails.
  std::string html;
  std::size_t html_events = Recording::kEventsMaxDefault;
  std::string hashes;
  std::string json;
  bool shrink = false;
  bool list_faults = false;
};

/// Reads the command line. Nothing: the program is to end with `exit_code`; what is to be said
/// was said.
std::optional<Options> parse_options(int argc, char** argv, int& exit_code);

}  // namespace buoyant::sim_tool
