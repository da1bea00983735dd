// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/c/latencies.h"

#include "adapters/c/handle.h"
#include "buoyant/latencies.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace buoyant::c_api {

namespace {

struct Stage {
  const char* name;
  buoyant_latency_t buoyant_latencies_t::*shown;
  LatencyHistogram Latencies::*histogram;
};

/// In the order of enum buoyant_stage.
constexpr std::array<Stage, BUOYANT_STAGE_WRITE + 1> kStages = {{
    {"queue", &buoyant_latencies_t::queue, &Latencies::queue},
    {"disk", &buoyant_latencies_t::disk, &Latencies::disk},
    {"network", &buoyant_latencies_t::network, &Latencies::network},
    {"apply", &buoyant_latencies_t::apply, &Latencies::apply},
    {"total", &buoyant_latencies_t::total, &Latencies::total},
    {"read", &buoyant_latencies_t::read, &Latencies::read},
    {"storage_write", &buoyant_latencies_t::write, &Latencies::storage_write},
}};

/// Null: there is none.
const Stage* stage_of(int number) noexcept {
  const bool is_one = number >= BUOYANT_STAGE_QUEUE && number <= BUOYANT_STAGE_WRITE;
  return is_one ? &kStages[static_cast<std::size_t>(number)] : nullptr;
}

std::uint64_t whole_nanoseconds(Duration duration) noexcept {
  return static_cast<std::uint64_t>(duration.count());
}

buoyant_latency_t show_latency(const LatencyHistogram& histogram) noexcept {
  return {.count = histogram.count(),
          .sum_ns = whole_nanoseconds(histogram.sum()),
          .longest_ns = whole_nanoseconds(histogram.longest()),
          .p50_ns = whole_nanoseconds(histogram.percentile(50)),
          .p99_ns = whole_nanoseconds(histogram.percentile(99)),
          .p999_ns = whole_nanoseconds(histogram.percentile(99.9))};
}

/// Users hold a pointer to its base.
struct LatenciesCopy : buoyant_latencies_t {
  explicit LatenciesCopy(const Latencies& of) : buoyant_latencies_t{}, histograms(of) {
    for (const Stage& stage : kStages) {
      this->*stage.shown = show_latency(histograms.*stage.histogram);
    }
  }

  Latencies histograms;
};

const LatenciesCopy& copy_of(const buoyant_latencies_t& latencies) noexcept {
  return static_cast<const LatenciesCopy&>(latencies);
}

}  // namespace

}  // namespace buoyant::c_api

using buoyant::c_api::copy_of;
using buoyant::c_api::LatenciesCopy;

const buoyant_latencies_t* buoyant_latencies(const buoyant_node_t* node) {
  return new LatenciesCopy(node->node->latencies());
}

const buoyant_latencies_t* buoyant_latencies_since(const buoyant_latencies_t* now,
                                                   const buoyant_latencies_t* earlier) {
  buoyant::Latencies between;
  for (const auto& stage : buoyant::c_api::kStages) {
    between.*stage.histogram = (copy_of(*now).histograms.*stage.histogram)
                                   .since(copy_of(*earlier).histograms.*stage.histogram);
  }
  return new LatenciesCopy(between);
}

uint64_t buoyant_latencies_percentile(const buoyant_latencies_t* latencies, int stage,
                                      double percent) {
  const auto* const found = buoyant::c_api::stage_of(stage);
  const bool is_asked_well = found != nullptr && percent >= 0 && percent <= 100;
  return is_asked_well ? buoyant::c_api::whole_nanoseconds(
                             (copy_of(*latencies).histograms.*found->histogram).percentile(percent))
                       : 0;
}

uint64_t buoyant_latencies_count_through(const buoyant_latencies_t* latencies, int stage,
                                         uint64_t limit_ns) {
  using buoyant::LatencyHistogram;
  const auto* const found = buoyant::c_api::stage_of(stage);
  const auto most = static_cast<std::uint64_t>(
      std::chrono::duration_cast<buoyant::Duration>(LatencyHistogram::kBucketMax).count());
  const buoyant::Duration limit(static_cast<std::int64_t>(std::min(limit_ns, most)));
  return found == nullptr ? 0
                          : (copy_of(*latencies).histograms.*found->histogram).count_through(limit);
}

const char* buoyant_stage_name(int stage) {
  const auto* const found = buoyant::c_api::stage_of(stage);
  return found == nullptr ? "unknown" : found->name;
}

void buoyant_latencies_free(const buoyant_latencies_t* latencies) {
  delete static_cast<const LatenciesCopy*>(latencies);
}
