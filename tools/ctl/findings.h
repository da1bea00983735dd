// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The parts of the diagnosis.
#pragma once

#include "tools/ctl/diagnosis.h"

#include <vector>

namespace buoyant::ctl {

/// What no server can say of itself: leaders, majorities, members, names.
void diagnose_cluster(const std::vector<ServerView>& servers, std::vector<Finding>& findings);

/// One server's own state: fault, disk, space, snapshots, certificate, loop. Requires: it answered.
void diagnose_server(const ServerView& server, std::vector<Finding>& findings);

/// What servers say of each other: who is behind and why, who does not admit or does not reach
/// whom.
void diagnose_peers(const std::vector<ServerView>& servers, std::vector<Finding>& findings);

}  // namespace buoyant::ctl
