// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Which metrics there are: the tables of figures of a node and of its peers.
#pragma once

#include "buoyant/latencies.h"
#include "buoyant/status.h"
#include "report/exposition.h"

#include <string>
#include <vector>

namespace buoyant::report {

/// One node on the page. Borrows for the call.
struct NodeView {
  const NodeStatus* status = nullptr;
  const Latencies* latencies = nullptr;
  std::string labels;  ///< Joined.
};

using Nodes = std::vector<NodeView>;

void add_node_metrics(Exposition& text, const Nodes& nodes);

void add_peer_metrics(Exposition& text, const Nodes& nodes);

}  // namespace buoyant::report
