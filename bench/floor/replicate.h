// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Replicating and flushing, and nothing else: no Raft, no checksums, no encoding. How much a
/// replicated log could do at most on this machine.
///
/// The leader copies proposals into a ring; it sends what is new there to every follower, while a
/// thread appends it to a journal and flushes. A follower appends what one read gave it, flushes,
/// and answers how far it is. Committed is what a majority has flushed.
#pragma once

#include "bench/cluster/point.h"

#include <cstddef>
#include <string>

namespace buoyant::bench {

/// `servers` processes with journals below `directory`; the closed loop of cluster_bench.
Point replicate(std::size_t servers, const Work& work, const std::string& directory);

}  // namespace buoyant::bench
