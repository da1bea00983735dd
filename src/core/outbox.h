// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What leaves the core: messages with the write that they wait for, steps for the trace, and
/// the Ready in which all of it is handed out.
#pragma once

#include "core/state.h"

namespace buoyant::core {

/// The number that the write has which is being gathered.
WriteId pending_write_id(const State& state) noexcept;

/// The write that makes the present hard state durable; zero when it is durable.
WriteId write_of_hard_state(const State& state) noexcept;

/// The write after which everything in memory is durable; zero when it is.
WriteId write_of_everything(const State& state) noexcept;

/// Queues a message that may leave after the write `after`.
void send(State& state, ServerId to, WriteId after, Message message);

/// Adds a line to the trace.
void note(State& state, StepKind kind, ServerId peer = {}, Index index = {},
          const char* detail = "");

/// Term and vote change: the next write has them.
void set_hard_state(State& state, HardState hard_state);

/// Assembles what is to be done; see Raft::take_ready.
Ready take_ready(State& state, CommitNotices notices);

}  // namespace buoyant::core
