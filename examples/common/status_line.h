// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The status of a node as one line of JSON: what SIGUSR1 makes a server write to stderr.
#pragma once

#include "buoyant/status.h"

#include <string>

namespace example {

/// An object with at least id, cluster, role, term, leader (0: none), commit, applied, first,
/// last, durable, snapshot, members, peers, db (bytes) and faulted (null or the reason). No
/// newline at the end or inside.
std::string status_line(const buoyant::NodeStatus& status);

}  // namespace example
