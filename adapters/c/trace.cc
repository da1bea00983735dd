// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The trace of the C API.

#include "adapters/c/handle.h"
#include "buoyant/c/status.h"
#include "buoyant/core/ready.h"

#include <vector>

namespace buoyant::c_api {

namespace {

/// Users hold a pointer to its base.
struct TraceCopy : buoyant_trace_t {
  explicit TraceCopy(const std::vector<TraceStep>& trace) : buoyant_trace_t{} {
    all.reserve(trace.size());
    list.reserve(trace.size());
    for (const TraceStep& each : trace) {
      all.push_back({.at_ns = static_cast<uint64_t>(each.at.since_start().count()),
                     .kind = core::step_name(each.step.kind),
                     .term = each.step.term.value(),
                     .peer = each.step.peer.value(),
                     .index = each.step.index.value(),
                     .detail = each.step.detail});
      list.push_back(&all.back());
    }
    steps = list.data();
    count = list.size();
  }

  std::vector<buoyant_trace_step_t> all;
  std::vector<const buoyant_trace_step_t*> list;
};

}  // namespace

}  // namespace buoyant::c_api

const buoyant_trace_t* buoyant_trace(const buoyant_node_t* node) {
  return new buoyant::c_api::TraceCopy(node->node->trace());
}

void buoyant_trace_free(const buoyant_trace_t* trace) {
  delete static_cast<const buoyant::c_api::TraceCopy*>(trace);
}
