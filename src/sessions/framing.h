// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How commands of sessions and their replies look as bytes, in logs for ever.
///
///   plain  0 | command                              reply: as it is
///   open   1                                        reply: status | u64 session
///   do     2 | u64 session | u64 sequence | command reply: status | reply
///   close  3 | u64 session                          reply: status
///
/// Anything else is malformed; its reply is that status.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/sessions.h"

#include <cstdint>
#include <optional>

namespace buoyant::sessions {

enum class Kind : std::uint8_t { kPlain = 0, kOpen = 1, kDo = 2, kClose = 3 };

enum class Status : std::uint8_t {
  kDone = 0,
  kExpired = 1,
  kStale = 2,
  kMalformed = 3,
  kReplyNotKept = 4,
};

struct Frame {
  Kind kind = Kind::kPlain;
  SessionId session;
  std::uint64_t sequence = 0;
  /// For the user's state machine; shares the bytes of the frame.
  Bytes command;
};

/// Nothing: it is malformed.
std::optional<Frame> read_frame(const Bytes& payload);

/// A status alone.
Bytes encode_reply(Status status);
Bytes encode_opened(SessionId session);
/// Done, and what the user's state machine replied.
Bytes encode_done(const Bytes& reply);

}  // namespace buoyant::sessions
