// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Which values a correct server sends: the rules that a schema cannot express.
///
/// The decoder refuses a message with a defect, the encoder asserts that there is none: a rule
/// that is too strict shows where the message is made, not as a peer that hangs up.
#pragma once

#include "buoyant/model/hello.h"
#include "buoyant/model/message.h"

namespace buoyant::flatbuf_1 {

/// What is wrong, as a literal; null: nothing is.
using Defect = const char*;

Defect defect_of(const RequestVote& message) noexcept;
Defect defect_of(const RequestVoteReply& message) noexcept;
/// Looks at runs and configurations too.
Defect defect_of(const AppendEntries& message) noexcept;
Defect defect_of(const AppendEntriesReply& message) noexcept;
Defect defect_of(const Heartbeat& message) noexcept;
Defect defect_of(const HeartbeatReply& message) noexcept;
Defect defect_of(const TimeoutNow& message) noexcept;
Defect defect_of(const Forward& message) noexcept;
Defect defect_of(const ForwardReply& message) noexcept;
Defect defect_of(const InstallSnapshot& message) noexcept;
Defect defect_of(const InstallSnapshotReply& message) noexcept;
Defect defect_of(const ReadRequest& message) noexcept;
Defect defect_of(const ReadReply& message) noexcept;
Defect defect_of(const ControlRequest& message) noexcept;
Defect defect_of(const ControlReply& message) noexcept;
Defect defect_of(const Hello& hello) noexcept;
Defect defect_of(const HelloReply& reply) noexcept;

}  // namespace buoyant::flatbuf_1
