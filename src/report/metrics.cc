// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/report.h"
#include "report/exposition.h"
#include "report/metrics_tables.h"

#include <string>

namespace buoyant {

namespace report {

namespace {

void add_process(Exposition& text, const ProcessFigures& process) {
  text.begin("resident_bytes", "Memory of the process.", MetricType::kGauge);
  text.sample("", static_cast<double>(process.resident_bytes));
  text.begin("descriptors", "Open file descriptors.", MetricType::kGauge);
  text.sample("", static_cast<double>(process.descriptors));
}

void add_latencies(Exposition& text, const Nodes& nodes) {
  struct Stage {
    const char* name;
    LatencyHistogram Latencies::*histogram;
  };

  static constexpr Stage kStages[] = {{"queue", &Latencies::queue},
                                      {"disk", &Latencies::disk},
                                      {"network", &Latencies::network},
                                      {"apply", &Latencies::apply}};
  text.begin("proposal_stage_seconds",
             "Where the time of proposals goes; disk and network overlap.", MetricType::kHistogram);
  for (const NodeView& node : nodes) {
    for (const Stage& stage : kStages) {
      text.histogram(join(node.labels, label("stage", stage.name)),
                     (*node.latencies).*stage.histogram);
    }
  }
  const auto add = [&](const char* name, const char* help, LatencyHistogram Latencies::*histogram) {
    text.begin(name, help, MetricType::kHistogram);
    for (const NodeView& node : nodes) {
      text.histogram(node.labels, (*node.latencies).*histogram);
    }
  };
  add("proposal_seconds", "From the call of propose until the callback of a committed one.",
      &Latencies::total);
  add("read_seconds", "From the call of read until it may be read.", &Latencies::read);
  add("storage_write_seconds", "Writes of the log, until they are durable.",
      &Latencies::storage_write);
}

std::string text_of(const Nodes& nodes, const ProcessFigures& process) {
  Exposition text;
  add_node_metrics(text, nodes);
  add_peer_metrics(text, nodes);
  add_latencies(text, nodes);
  add_process(text, process);
  return text.take();
}

}  // namespace

}  // namespace report

std::string metrics_text(const NodeStatus& status, const Latencies& latencies,
                         const ProcessFigures& process) {
  return report::text_of({{.status = &status, .latencies = &latencies, .labels = ""}}, process);
}

std::string metrics_text(std::span<const NodeReport> nodes, const ProcessFigures& process) {
  report::Nodes views;
  for (const NodeReport& node : nodes) {
    std::string labels;
    for (const auto& [name, value] : node.labels) {
      labels = report::join(labels, report::label(name, value));
    }
    views.push_back({.status = &node.status, .latencies = &node.latencies, .labels = labels});
  }
  return report::text_of(views, process);
}

}  // namespace buoyant
