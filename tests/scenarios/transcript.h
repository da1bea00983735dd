// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How a scenario shows what a core is given and what it says: one line each, in the words of
/// the dissertation.
#pragma once

#include "buoyant/core/raft.h"
#include "buoyant/core/ready.h"
#include "tests/support/core_cluster.h"

#include <string>
#include <vector>

namespace buoyant::scenarios {

using Lines = std::vector<std::string>;

std::string show(const core::Write& write);

/// "3..5", or "3".
std::string show(IndexRange range);

/// "voters 1 2, learner 3"; of a joint one: what was, and what comes.
std::string show(const Configuration& configuration);

/// "3 (term 2)".
std::string show(const LogPosition& position);

/// Everything in a Ready of this server but its deadline; `before` is the standing that was known.
Lines show(const core::Ready& ready, const core::Standing& before,
           const core_cluster::Server& server);

/// "-> 2  Heartbeat term 2 ...  [after write 3]".
std::string show_to_send(ServerId to, const core_cluster::Letter& letter, WriteId after);

/// A server at rest: "leader  term 2  vote 1  last 3 (term 2)  durable 3  commit 3  applied 3",
/// and where its snapshot ends and its log begins if there is one.
std::string show_state(const core_cluster::Server& server);

/// The terms of the log in memory; what is not durable is in brackets, and "..5 |" what was
/// compacted.
std::string show_log(const core_cluster::Server& server);

/// What a leader knows of its followers, a line each.
Lines show_progress(const core_cluster::Server& server);

/// ", snapshot through 3 (term 2)"; empty: there is none.
std::string show_snapshot(const SnapshotMetadata& snapshot);

/// "1500 ms".
std::string show_time(Duration duration);

}  // namespace buoyant::scenarios
