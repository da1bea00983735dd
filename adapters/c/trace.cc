// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The trace of the C API.

#include "adapters/c/handle.h"
#include "adapters/c/values.h"
#include "buoyant/c/status.h"

#include <vector>

namespace buoyant::c_api {

namespace {

/// Users hold a pointer to its base.
struct TraceCopy : buoyant_trace_t {
  explicit TraceCopy(const std::vector<TraceStep>& trace) : buoyant_trace_t{} {
    all.reserve(trace.size());
    list.reserve(trace.size());
    for (const TraceStep& each : trace) {
      all.push_back(show(each));
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
