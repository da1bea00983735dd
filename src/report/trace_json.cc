// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The trace as lines of JSON.

#include "buoyant/report.h"
#include "report/json_parts.h"

namespace buoyant {

std::string trace_json_lines(const std::vector<TraceStep>& steps) {
  std::string text;
  for (const TraceStep& trace : steps) {
    const report::ordered_json json = {{"at_ms", report::milliseconds(trace.at.since_start())},
                                       {"step", step_name(trace.step.kind)},
                                       {"term", trace.step.term.value()},
                                       {"peer", trace.step.peer.value()},
                                       {"index", trace.step.index.value()},
                                       {"reason", trace.step.detail}};
    text += report::one_line(json) + "\n";
  }
  return text;
}

}  // namespace buoyant
