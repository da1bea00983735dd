// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// "Promise only what is durable", checked against what the flush shim saw.
///
/// Each rule looks at one run of one server and says how often it could be checked and what
/// broke it.
#pragma once

#include "tests/process/flush_log.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace buoyant::process {

struct Verdict {
  std::size_t checked = 0;
  std::vector<std::string> violations;
};

/// A line goes back to its client after it is durable here.
Verdict check_client_answers(const FlushLog& log, const std::vector<std::string>& lines);

/// An AppendEntriesReply that accepts leaves after every line that it covers is durable here.
/// `lines`: which line stands at which index.
Verdict check_append_replies(const FlushLog& log,
                             const std::map<std::uint64_t, std::string>& lines);

/// A granted RequestVoteReply leaves after a transaction that began after the request came; a
/// RequestVote after one that began after the pre-vote was asked for (§3.4, Figure 3.1).
Verdict check_votes(const FlushLog& log);

/// Nothing is sent before the database was flushed, and that before anything new is written to
/// it: what was read at opening is on the disk before it counts.
Verdict check_opening(const FlushLog& log);

}  // namespace buoyant::process
