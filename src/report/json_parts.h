// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Parts of the status as JSON. Times are milliseconds with fractions, sizes are bytes.
#pragma once

#include "buoyant/base/time.h"
#include "buoyant/status.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace buoyant::report {

using nlohmann::ordered_json;

inline double milliseconds(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

ordered_json members_of(const std::vector<Member>& members);

ordered_json peers_of(const NodeStatus& status);

ordered_json storage_of(const NodeStatus& status);

ordered_json snapshots_of(const SnapshotStatus& snapshots);

/// Names are any bytes; what is no UTF-8 is replaced.
std::string one_line(const ordered_json& json);

}  // namespace buoyant::report
