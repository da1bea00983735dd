// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/compare/targets.h"

#include <fmt/core.h>

namespace buoyant::bench {

namespace {

constexpr const char* kBuoyant = "buoyant";
constexpr const char* kLibraft = "libraft";

/// How much faster than libraft NuRaft with a durable file log was, both measured side by side
/// on such a machine: 256 B, three servers.
constexpr double kNuraftToLibraft256 = 57200.0 / 25900.0;
constexpr double kNuraftToLibraft4096 = 78800.0 / 35500.0;

Cell three(std::uint64_t payload, std::uint64_t outstanding) {
  return {.servers = 3, .payload = payload, .outstanding = outstanding};
}

Cell five(std::uint64_t outstanding) {
  return {.servers = 5, .payload = 256, .outstanding = outstanding};
}

std::string size_of(std::uint64_t bytes) {
  return bytes % 1024 == 0 ? fmt::format("{} KiB", bytes / 1024) : fmt::format("{} B", bytes);
}

Target throughput_to_libraft(const Comparison& comparison, const Cell& cell, double value) {
  return {
      .name = fmt::format("{}, C={}: proposals/s, to libraft's", size_of(cell.payload),
                          cell.outstanding),
      .bound = Bound::kAtLeast,
      .value = value,
      .measured = ratio(comparison, kBuoyant, cell, kLibraft, cell, &Sample::proposals_per_second)};
}

Target throughput_to_nuraft(const Comparison& comparison, std::uint64_t outstanding, double value,
                            double nuraft_to_libraft) {
  const Cell cell = three(256, outstanding);
  Target target = throughput_to_libraft(comparison, cell, value);
  target.name = fmt::format("256 B, C={}: proposals/s, to NuRaft's scaled by libraft", outstanding);
  if (target.measured) {
    target.measured = scaled(*target.measured, 1 / nuraft_to_libraft);
  }
  return target;
}

Target latency_to_libraft(const Comparison& comparison, std::uint64_t outstanding, Measure measure,
                          const char* name, double value) {
  const Cell cell = three(256, outstanding);
  return {.name = fmt::format("256 B, C={}: {}, to libraft's", outstanding, name),
          .bound = Bound::kAtMost,
          .value = value,
          .measured = ratio(comparison, kBuoyant, cell, kLibraft, cell, measure)};
}

Target latency_to_floor(const Comparison& comparison) {
  return {.name = "256 B, C=1: p50, to a flush of three + a round trip",
          .bound = Bound::kAtMost,
          .value = 1.4,
          .measured = ratio_to_probe(
              comparison, kBuoyant, three(256, 1), &Sample::p50_us,
              [](const Probes& probes) { return probes.flush_3_us + probes.ping_pong_us; })};
}

Target five_to_three(const Comparison& comparison, std::uint64_t outstanding) {
  return {.name = fmt::format("256 B, C={}: proposals/s of 5 servers, to 3", outstanding),
          .bound = Bound::kAtLeast,
          .value = 0.5,
          .measured = ratio(comparison, kBuoyant, five(outstanding), kBuoyant,
                            three(256, outstanding), &Sample::proposals_per_second)};
}

Target bytes_written(const Comparison& comparison) {
  auto spread = spread_of(comparison, kBuoyant, three(256, 256), &Sample::bytes_per_proposal);
  if (spread) {
    spread = scaled(*spread, 1.0 / 256);
  }
  return {.name = "256 B, C=256: bytes written per server, to the payload's",
          .bound = Bound::kAtMost,
          .value = 3,
          .measured = spread};
}

}  // namespace

bool Target::is_met() const {
  return measured &&
         (bound == Bound::kAtMost ? measured->median <= value : measured->median >= value);
}

std::vector<Target> targets_of(const Comparison& comparison) {
  return {
      latency_to_libraft(comparison, 1, &Sample::p50_us, "p50", 1.0),
      latency_to_floor(comparison),
      throughput_to_libraft(comparison, three(256, 16), 2),
      throughput_to_libraft(comparison, three(256, 256), 5),
      throughput_to_libraft(comparison, three(256, 4096), 7),
      throughput_to_libraft(comparison, three(1024, 16), 4),
      throughput_to_libraft(comparison, three(1024, 256), 4),
      latency_to_libraft(comparison, 256, &Sample::p99_us, "p99", 1.0 / 3),
      throughput_to_nuraft(comparison, 256, 2, kNuraftToLibraft256),
      throughput_to_nuraft(comparison, 4096, 3, kNuraftToLibraft4096),
      five_to_three(comparison, 256),
      five_to_three(comparison, 4096),
      {.name = "256 B, C=4096: memory of the largest server",
       .bound = Bound::kAtMost,
       .value = 64,
       .unit = "MiB",
       .measured = spread_of(comparison, kBuoyant, three(256, 4096), &Sample::memory_mib)},
      bytes_written(comparison),
  };
}

std::string verdict(const Target& target) {
  return !target.measured ? "not measured" : target.is_met() ? "met" : "NOT MET";
}

nlohmann::json json_of(const Target& target) {
  nlohmann::json json = {{"name", target.name},
                         {"bound", target.bound == Bound::kAtMost ? "at most" : "at least"},
                         {"value", target.value},
                         {"unit", target.unit.empty() ? "times" : target.unit},
                         {"verdict", verdict(target)}};
  if (target.measured) {
    json["measured"] = target.measured->median;
    json["low"] = target.measured->low;
    json["high"] = target.measured->high;
  }
  return json;
}

}  // namespace buoyant::bench
