// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Sessions in a simulation (§6.3): the user's state machine behind the layer of sessions, with
/// what this layer promises checked on both sides of it.
#pragma once

#include "buoyant/base/error.h"
#include "buoyant/port/state_machine.h"
#include "buoyant/sessions.h"
#include "sessions/framing.h"
#include "simulation/context.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::simulation {

/// What became of the numbered commands of a run, over all servers, starts and clients: each is
/// applied at one index if at all, and everybody who is given its reply is given the same (I12).
class ExactlyOnce {
 public:
  ExactlyOnce(Context& context, SessionOptions options) : context_(context), options_(options) {}

  /// The bounds of the table, on all servers.
  [[nodiscard]] const SessionOptions& options() const noexcept { return options_; }

  /// `server` has gone through the command at `index`; `applied`: its user's state machine got it.
  void check_command(ServerId server, Index index, const sessions::Frame& frame, bool applied);

  /// `reply` is the user's state machine's, as somebody is given it.
  void check_reply(SessionId session, std::uint64_t sequence, const Bytes& reply);

  /// Somebody is told that the session is expired, or that the reply was not kept: only where the
  /// bounds are such.
  void check_without_reply(SessionId session, std::uint64_t sequence, Errc why);

  /// A session is named after the place of its command.
  void check_opened(SessionId session, Index index);

  void violate(std::string text) { context_.violate("exactly_once", std::move(text)); }

  /// What clients met is counted there.
  [[nodiscard]] Totals& totals() noexcept { return context_.totals; }

 private:
  /// A session and a number in it.
  using Name = std::pair<SessionId, std::uint64_t>;

  struct Reply {
    std::uint64_t checksum = 0;
    std::size_t size = 0;
  };

  Context& context_;
  SessionOptions options_;
  std::map<Name, Index> applied_at_;
  std::map<Index, bool> is_applied_;
  std::map<Name, Reply> replies_;
};

/// A user's state machine with sessions around it. What passes from one to the other is watched.
class SessionedMachine final : public StateMachine {
 public:
  /// `once` outlives it.
  SessionedMachine(ServerId server, ExactlyOnce& once, std::unique_ptr<StateMachine> user);
  ~SessionedMachine() override;

  void apply(std::vector<Command> commands, ApplyDone done) noexcept override;
  std::unique_ptr<SnapshotSource> capture() noexcept override;
  std::unique_ptr<SnapshotTarget> install() noexcept override;

 private:
  class Inner;

  /// A command of the present batch.
  struct Given {
    Index index;
    sessions::Frame frame;
    bool is_applied = false;
  };

  void look_at(const Command& command);
  void settle(const std::vector<Bytes>& replies);

  ServerId server_;
  ExactlyOnce& once_;
  std::vector<Given> batch_;
  std::unique_ptr<Inner> inner_;
  SessionStateMachine machine_;
};

/// The bounds of a run's table: small ones in some, so that sessions expire.
[[nodiscard]] SessionOptions draw_session_options(std::uint64_t seed);

}  // namespace buoyant::simulation
