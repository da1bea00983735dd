// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/node.h"
#include "buoyant/report.h"

namespace buoyant {

NodeReport report_of(const Node& node) {
  return {.status = node.status(), .latencies = node.latencies(), .labels = {}};
}

}  // namespace buoyant
