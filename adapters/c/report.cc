// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/c/report.h"

#include "adapters/c/handle.h"
#include "adapters/c/values.h"
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

buoyant_process_figures_t buoyant_process_figures(void) {
  const buoyant::ProcessFigures figures = buoyant::process_figures();
  return {.resident_bytes = figures.resident_bytes, .descriptors = figures.descriptors};
}
