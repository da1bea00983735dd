// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Who leads, as users and operators see it: transfers that are asked for, and leaders that must
/// take no proposals.
#pragma once

#include "simulation/server.h"

#include <functional>

namespace buoyant::simulation {

using TransferSeen = std::function<void(const Result<ServerId>& leader)>;

/// Asks this server to hand leadership over, or to have that done; zero: to anybody. `done` runs
/// once, unless the process ends before. False: refused.
/// Requires: it is running.
bool transfer_through(Context& context, Server& server, ServerId to, TransferSeen done);

/// The server leads, and its own disk has said for longer than it may go unseen that space is
/// low: what is proposed to it must be refused.
/// Requires: it is running.
[[nodiscard]] bool has_long_been_low(const Context& context, Server& server);

}  // namespace buoyant::simulation
