// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Exactly-once commands (§6.3): a layer over a user's state machine.
///
/// A proposal whose outcome is unknown cannot be retried blindly: it may be applied twice. A
/// client that opens a session, which is a command itself, and numbers its commands may: a number
/// is applied once, however often and through whichever servers it is sent, and gets the same
/// reply each time.
///
///   SessionStateMachine machine(my_machine);           // give this one to the node
///   node.propose(sessions::encode_open(), ...)         // decode_open_reply: a SessionId
///   node.propose(sessions::encode_do(id, 1, command))  // decode_do_reply: my_machine's reply
///
/// A session's id is the log index of the command that opened it. For each session the last
/// number and its reply are kept, so a client sends the next number when it has the reply to the
/// one before. The table is part of the state: it follows from the log alone, and is in snapshots.
///
/// What a session costs is bounded by expiry, by the log's order and never by time: the session
/// that was used longest ago goes when there are too many, or when their replies are too large;
/// and one that was not used for very many entries goes anyway. To a command of a session that
/// expired nothing is done but saying so; whether its earlier attempt was applied is then not
/// known any more.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/export.h"
#include "buoyant/base/result.h"
#include "buoyant/model/ids.h"
#include "buoyant/port/state_machine.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace buoyant {

/// A session, for ever: never given twice.
using SessionId = StrongId<struct SessionIdTag>;

/// The bounds of the table. Part of the replicated state: all servers must have the same ones, as
/// they decide who is expired when.
struct SessionOptions {
  /// Open sessions. At the bound a new one expires the one that was used longest ago.
  std::size_t sessions_max = 65536;
  /// The largest reply that is kept; a repeated command whose reply was larger gets kTooLarge.
  std::size_t reply_bytes_max = std::size_t{1} << 20U;
  /// All replies together, at least `reply_bytes_max`. At the bound those sessions expire that
  /// were used longest ago.
  std::size_t replies_bytes_max = std::size_t{64} << 20U;
  /// A session that was not used for so many entries is expired.
  std::uint64_t idle_entries_max = 100'000'000;
};

namespace sessions {

// What to propose.

/// A command outside of any session; its reply is that of the user's state machine as it is.
BUOYANT_EXPORT Bytes encode_plain(ByteView command);
BUOYANT_EXPORT Bytes encode_open();
/// Requires: sequence > 0. It grows from command to command, gaps are allowed.
BUOYANT_EXPORT Bytes encode_do(SessionId session, std::uint64_t sequence, ByteView command);
/// Closing what is closed already is no error: the reply is kSessionExpired.
BUOYANT_EXPORT Bytes encode_close(SessionId session);

/// The same, in front of a command that is appended afterwards.
BUOYANT_EXPORT void begin_plain(std::string& bytes);
BUOYANT_EXPORT void begin_do(SessionId session, std::uint64_t sequence, std::string& bytes);

// What came of it.

/// Errors: kMalformed (it is no such reply).
BUOYANT_EXPORT Result<SessionId> decode_open_reply(const Bytes& reply);
/// The reply of the user's state machine.
/// Errors: kSessionExpired (also: it was never opened), kStaleSequence (the session has gone
/// beyond this number), kTooLarge (it was applied, but its reply was too large to be kept),
/// kMalformed. None of them applies the command.
BUOYANT_EXPORT Result<Bytes> decode_do_reply(const Bytes& reply);
/// Errors: kSessionExpired, kMalformed.
BUOYANT_EXPORT Result<void> decode_close_reply(const Bytes& reply);

}  // namespace sessions

/// Applies the commands above, and gives those of the user to the user's state machine.
/// The inner one is borrowed; it must outlive this. It must not be durable by itself
/// (StateMachine::applied): the table is not.
class BUOYANT_EXPORT SessionStateMachine final : public StateMachine {
 public:
  /// Requires: sessions_max > 0, reply_bytes_max <= replies_bytes_max.
  explicit SessionStateMachine(StateMachine& inner, SessionOptions options = {});
  ~SessionStateMachine() override;

  /// Commands that are no frames of the functions above change nothing, and are answered so.
  void apply(std::vector<Command> commands, ApplyDone done) noexcept override;

  /// The table is frozen at the cost of a few hundred references, whatever its size.
  std::unique_ptr<SnapshotSource> capture() noexcept override;

  std::unique_ptr<SnapshotTarget> install() noexcept override;

  [[nodiscard]] std::size_t session_count() const noexcept;

  /// A hash of the table: equal on servers that applied the same.
  [[nodiscard]] std::uint64_t digest() const noexcept;

 private:
  struct State;

  /// Shared with what the inner machine may call back later.
  std::shared_ptr<State> state_;
};

}  // namespace buoyant
