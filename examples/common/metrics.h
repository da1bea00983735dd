// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The status of a node as metrics, in the text format of Prometheus.
#pragma once

#include "buoyant/status.h"

#include <string>

namespace example {

/// One line for each figure, after what it is and of which type.
std::string metrics_text(const buoyant::NodeStatus& status);

}  // namespace example
