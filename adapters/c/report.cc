// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/c/report.h"

#include "adapters/c/handle.h"
#include "adapters/c/values.h"
#include "buoyant/latencies.h"
#include "buoyant/report.h"

#include <cstring>
#include <string>
#include <vector>

namespace buoyant::c_api {

namespace {

char* copy_text(const std::string& text) {
  auto* copy = new char[text.size() + 1];
  std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
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

}  // namespace

}  // namespace buoyant::c_api

using buoyant::c_api::copy_text;

char* buoyant_metrics_text(const buoyant_node_t* node) {
  return copy_text(buoyant::metrics_text(node->node->status(), node->node->latencies()));
}

char* buoyant_metrics_text_of(const buoyant_labelled_node_t* nodes, size_t count) {
  std::vector<buoyant::NodeReport> reports;
  reports.reserve(count);
  for (std::size_t at = 0; at < count; ++at) {
    reports.push_back(buoyant::report_of(*nodes[at].node->node));
    if (nodes[at].label != nullptr) {
      reports.back().labels = {{nodes[at].label, buoyant::c_api::string_of(nodes[at].value)}};
    }
  }
  return copy_text(buoyant::metrics_text(reports));
}

char* buoyant_status_json(const buoyant_node_t* node) {
  return copy_text(buoyant::status_json(node->node->status(), node->node->latencies()));
}

char* buoyant_trace_json(const buoyant_node_t* node) {
  return copy_text(buoyant::trace_json_lines(node->node->trace()));
}

void buoyant_text_free(char* text) {
  delete[] text;
}

void buoyant_set_log_level(buoyant_node_t* node, int level) {
  const bool is_one = level >= BUOYANT_LOG_ERROR && level <= BUOYANT_LOG_DEBUG;
  if (node->log && is_one) {
    node->log->set_level(static_cast<buoyant::LogLevel>(level));
  }
}

const buoyant_latencies_t* buoyant_latencies(const buoyant_node_t* node) {
  using buoyant::c_api::show_latency;
  const buoyant::Latencies latencies = node->node->latencies();
  return new buoyant_latencies_t{.queue = show_latency(latencies.queue),
                                 .disk = show_latency(latencies.disk),
                                 .network = show_latency(latencies.network),
                                 .apply = show_latency(latencies.apply),
                                 .total = show_latency(latencies.total),
                                 .read = show_latency(latencies.read),
                                 .write = show_latency(latencies.storage_write)};
}

void buoyant_latencies_free(const buoyant_latencies_t* latencies) {
  delete latencies;
}
