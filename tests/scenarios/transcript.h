// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How a scenario shows what a core is given and what it says: one line each, in the words of
/// the dissertation.
#pragma once

#include "buoyant/core/raft.h"
#include "buoyant/core/ready.h"
#include "buoyant/model/message.h"
#include "tests/support/core_cluster.h"

#include <string>
#include <vector>

namespace buoyant::scenarios {

using Lines = std::vector<std::string>;

/// "RequestVote", ...: the name of a kind of message.
std::string kind_of(const Message& message);

/// A message with everything that it says.
std::string show(const Message& message);

std::string show(const core::Write& write);

/// "3..5", or "3".
std::string show(IndexRange range);

/// "voters 1 2, learner 3"; of a joint one: what was, and what comes.
std::string show(const Configuration& configuration);

/// "3 (term 2)".
std::string show(const LogPosition& position);

/// Everything in a Ready but its deadline; `before` is the standing that was known, and
/// `applied` what had been applied.
Lines show(const core::Ready& ready, const core::Standing& before, Index applied);

/// A server at rest: "leader  term 2  vote 1  last 3 (term 2)  durable 3  commit 3  applied 3".
std::string show_state(const core_cluster::Server& server);

/// The terms of the log in memory; what is not durable is in brackets.
std::string show_log(const core_cluster::Server& server);

/// What a leader knows of its followers, a line each.
Lines show_progress(const core_cluster::Server& server);

/// "1500 ms".
std::string show_time(Duration duration);

}  // namespace buoyant::scenarios
