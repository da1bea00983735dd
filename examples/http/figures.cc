// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/figures.h"

#include "buoyant/report.h"

#include <nlohmann/json.hpp>

namespace http {

namespace {

using nlohmann::ordered_json;

ordered_json latencies_of(const Latencies& latencies) {
  const Latencies::Figures figures = latencies.figures();
  return {{"count", latencies.count()},
          {"p50_ms", figures.p50_ms},
          {"p99_ms", figures.p99_ms},
          {"max_ms", figures.max_ms}};
}

}  // namespace

std::string status_text(const buoyant::Node& node, const Figures& figures, const HostTimer& timer,
                        const Store& store) {
  ordered_json json = ordered_json::parse(buoyant::status_json(node.status(), node.latencies()));
  json["http"] = {{"reads", latencies_of(figures.reads)},
                  {"writes", latencies_of(figures.writes)},
                  {"ok", figures.answers[2]},
                  {"refused", figures.answers[4]},
                  {"failed", figures.answers[5]}};
  json["host"] = {{"ticks", timer.ticks()},
                  {"period_ms", HostTimer::kPeriodMs},
                  {"late_ms_max", timer.late_ms_max()}};
  json["store"] = {{"counter", store.counter()}, {"keys", store.size()}};
  return json.dump() + "\n";
}

}  // namespace http
