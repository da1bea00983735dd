// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Clients of a simulated cluster: one call at a time, tried again where that is safe, and the
/// history of what they were told.
#pragma once

#include "buoyant/simulation/history.h"
#include "buoyant/simulation/workload.h"
#include "sessions/framing.h"
#include "simulation/draw.h"
#include "simulation/server.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace buoyant::simulation {

/// How a call is made.
enum class Way : std::uint8_t {
  kLog,      ///< Proposed, whatever it is.
  kRead,     ///< From the memory of a server, linearizable.
  kLease,    ///< The same, by lease.
  kOld,      ///< From the memory of a server as it is: only its age is checked.
  kSession,  ///< Proposed with a number, again and again until the outcome is certain.
};

/// Owned by the run. Servers and workload outlive it.
class Clients {
 public:
  Clients(ServerWorld& world, std::vector<std::unique_ptr<Server>>& servers);

  /// Each client begins, and goes on until stop().
  void start();

  /// Nobody begins anything new.
  void stop() noexcept { stopped_ = true; }

  /// Calls whose outcome a client still waits for.
  [[nodiscard]] std::size_t waiting() const;

  /// One call through this server, by nobody in particular; `done` once, with what became of it.
  /// False: refused.
  bool call_through(Server& server, std::function<void(Outcome)> done);

  /// The same for a read from its memory.
  bool read_through(Server& server, std::function<void(bool answered)> done);

  /// What was committed or may have been. Once, at the end.
  [[nodiscard]] History take_history();

 private:
  /// One client and its present call.
  struct Client {
    std::uint64_t id = 0;
    Random random{0};
    bool waits = false;
    std::uint64_t attempt = 0;  ///< Tells late callbacks from the present one's.
    Operation operation;
    Way way = Way::kLog;
    ProcessPointer process;  ///< Where the present call is.

    // Of who numbers its commands.
    bool has_sessions = false;
    SessionId session;            ///< Unset: it has to open one.
    std::uint64_t sequence = 0;   ///< Of the present command.
    std::uint64_t undecided = 0;  ///< Attempts at the present command that may be committed yet.
  };

  void think(Client& client);
  void begin(Client& client);
  void try_once(Client& client);
  void try_again(Client& client);
  void on_outcome(Client& client, std::uint64_t attempt, const Bytes& command,
                  const Result<Applied>& outcome);
  /// Who has no patience any more goes on without an answer.
  void await(Client& client, std::uint64_t attempt);
  void finish_committed(Client& client, const Applied& applied);
  void finish_unknown(Client& client);
  void finish_refused(Client& client);

  enum class Returned : std::uint8_t { kAnswered, kUnknown, kRefused };

  /// The present call is over, and the client thinks of the next one.
  void finish(Client& client, Returned outcome);
  [[nodiscard]] Server* choose(Client& client);

  /// The present call may be committed, or may have been.
  [[nodiscard]] static bool may_have_effect(const Client& client);

  // Sessions.
  void draw_sessions();
  [[nodiscard]] Bytes payload_of(const Client& client) const;
  /// A command outside of any session.
  [[nodiscard]] Bytes plain(const Bytes& command) const;
  void begin_in_session(Client& client);
  void count_attempt(Client& client, const Bytes& payload);
  void again_in_session(Client& client);
  void on_session_outcome(Client& client, std::uint64_t attempt, const sessions::Frame& frame,
                          const Result<Applied>& outcome);
  void on_opened(Client& client, bool is_present, const Applied& applied);
  void on_session_reply(Client& client, bool is_present, const sessions::Frame& frame,
                        const Applied& applied);

  // Reads.
  [[nodiscard]] Way draw_way(Client& client);
  [[nodiscard]] Server* choose_to_read(Client& client);
  void read_once(Client& client, Server& server);
  void on_read(Client& client, Server& server, std::uint64_t attempt, const Result<Index>& outcome);
  void check_read(Server& server, const Result<Index>& outcome, Instant invoked);
  void read_old(Server& server);
  bool ask(Server& server, ReadMode mode, std::function<void(bool answered)> done);
  void watch_former_leaders();
  void read_at_former(Server& server);

  ServerWorld& world_;
  std::vector<std::unique_ptr<Server>>& servers_;
  std::deque<Client> clients_;
  History history_;
  bool stopped_ = false;
};

}  // namespace buoyant::simulation
