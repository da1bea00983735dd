// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What one flush and one round trip cost on this machine, and how often a plain journal commits.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace buoyant::bench {

struct JournalRate {
  std::size_t entries = 0;
  double commits_per_second = 0;
};

struct Probes {
  /// p50 of one 256-byte append and its flush: alone, and with three processes that do the same.
  double flush_1_us = 0;
  double flush_3_us = 0;
  /// The same with a page that goes to the disk past the page cache (O_DIRECT, RWF_DSYNC), which
  /// is how libraft writes. 0: the file system has no such way.
  double direct_1_us = 0;
  double direct_3_us = 0;
  /// p50 of a loopback TCP round trip of 256 bytes and an answer of 16 between two processes.
  double ping_pong_us = 0;
  /// Commits of so many 256-byte entries to a plain journal, one after the other.
  std::vector<JournalRate> journal;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(JournalRate, entries, commits_per_second)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Probes, flush_1_us, flush_3_us, direct_1_us,
                                                direct_3_us, ping_pong_us, journal)

/// Each of the eight measurements takes `seconds`; files go below `directory`.
Probes probe(const std::string& directory, double seconds);

}  // namespace buoyant::bench
