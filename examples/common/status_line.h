// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The status of a node as one line of JSON: what SIGUSR1 makes a server write to stderr.
#pragma once

#include "buoyant/status.h"

#include <string>

namespace example {

/// What an operator does about a faulted server: the log as it was durable is intact, or else the
/// server says so at its start.
inline constexpr const char* kFaultAdvice =
    "check its disk (dmesg), then restart this server on a good one: docs/DISKS.md";

inline constexpr const char* kDamageAdvice =
    "remove this server from the cluster and add it again with an empty directory: docs/DISKS.md";

/// An object with at least id, cluster, role, term, leader (0: none), commit, applied, first,
/// last, durable, snapshot, members, peers, db (bytes), storage, snapshots and faulted (null or the
/// reason). No newline at the end or inside.
std::string status_line(const buoyant::NodeStatus& status);

}  // namespace example
