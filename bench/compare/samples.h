// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a run of compare_bench measured, as it stands in its JSON file.
#pragma once

#include "bench/floor/probes.h"

#include <nlohmann/json.hpp>

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace buoyant::bench {

/// What is measured of every system.
struct Cell {
  std::uint64_t servers = 3;
  std::uint64_t payload = 256;
  std::uint64_t outstanding = 1;

  auto operator<=>(const Cell&) const = default;
};

/// One system in one cell in one round.
struct Sample {
  std::uint64_t round = 0;
  std::string system;
  std::uint64_t servers = 0;
  std::uint64_t payload = 0;
  std::uint64_t outstanding = 0;
  double proposals_per_second = 0;
  double p50_us = 0;
  double p99_us = 0;
  double p999_us = 0;
  /// To the disk, of the server that wrote most.
  double bytes_per_proposal = 0;
  /// Anonymous memory of the largest server, at its peak: the leader's, or more.
  double memory_mib = 0;

  [[nodiscard]] Cell cell() const {
    return {.servers = servers, .payload = payload, .outstanding = outstanding};
  }
};

struct ProbeSample {
  std::uint64_t round = 0;
  Probes probes;
};

struct Machine {
  std::string kernel;
  std::string processor;
  std::uint64_t cores = 0;
  std::string date;
  /// Load average of a minute when it began, 0.1 or so on a machine that does nothing else.
  double load = 0;
  /// Of the peers: "etcd Version: 3.4.23", "libraft 0.15.0".
  std::vector<std::string> peers;
};

struct Comparison {
  Machine machine;
  double seconds = 0;
  double warmup_seconds = 0;
  std::vector<Sample> samples;
  std::vector<ProbeSample> probes;
  /// "libraft, 3 servers, 256 B, C=16: timed out": what gave no sample.
  std::vector<std::string> failures;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Sample, round, system, servers, payload,
                                                outstanding, proposals_per_second, p50_us, p99_us,
                                                p999_us, bytes_per_proposal, memory_mib)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ProbeSample, round, probes)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Machine, kernel, processor, cores, date, load,
                                                peers)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Comparison, machine, seconds, warmup_seconds,
                                                samples, probes, failures)

}  // namespace buoyant::bench
