// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Commands for operators and tests: what the node is doing, and what it is to do.
#pragma once

#include "examples/kv/kv_state.h"
#include "examples/kv/replication.h"

#include <string_view>
#include <vector>

namespace kv {

/// Does a command of kind kRaft. Requires: its number of words is right.
void run_raft_command(const std::vector<std::string_view>& words, Replication& replication,
                      const KvState& replicated, const Answer& answer);

}  // namespace kv
