// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Requests of control - a transfer of leadership (§3.10), a change of membership (§4) - on their
/// way from a follower to the leader, and the answers.
///
/// As with forwarded proposals there is one hop, and a request is handed to a transport at most
/// once. So, at the asker:
///   not sent, and the leader or its connection is gone: kNoLeader, certainly nothing came of it;
///   sent, and the connection or the deadline ends before the answer: kOutcomeUnknown.
/// The leader carries a request out as if its own user had called, and answers when that is done.
#pragma once

#include "buoyant/model/message.h"
#include "buoyant/node_options.h"
#include "buoyant/port/codec.h"
#include "buoyant/port/transport.h"
#include "node/callback_queue.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <vector>

namespace buoyant::node {

/// An asker waits so many election timeouts longer than the leader takes.
constexpr int kAskElectionTimeouts = 5;

/// Where the new configuration stands; zero for a transfer.
using ControlDone = std::function<void(Result<Index>)>;

/// The asker's side. Owned by the engine.
class ControlRequests {
 public:
  ControlRequests(const NodeOptions& options, port::Codec& codec, CallbackQueue& callbacks)
      : options_(options), codec_(codec), callbacks_(callbacks) {}

  /// Takes a request, which gets its number here, to be sent at the end of the turn.
  /// Errors: kBusy (controls_max are open).
  /// Callback: once, through the callback queue.
  Result<void> add(ControlRequest request, Instant deadline, ControlDone done);

  /// Sends what waits. What does not fit into the transport's queue stays for a later turn.
  void send(ServerId leader, port::Transport& transport);

  /// What waits ends as kNoLeader.
  void refuse_unsent(const char* why);

  /// The leader's answer; passed over when it is not awaited.
  void on_reply(ServerId from, const ControlReply& reply);

  /// The connection on which requests were sent to `peer` ended.
  void on_disconnected(ServerId peer);

  /// Deadlines that passed.
  void expire(Instant now);

  /// All end as unknown.
  void fail_all(const char* why);

  [[nodiscard]] bool has_unsent() const noexcept { return !unsent_.empty(); }

  /// Who owes answers; each once.
  [[nodiscard]] std::vector<ServerId> asked() const;

  [[nodiscard]] std::size_t size() const noexcept { return unsent_.size() + sent_.size(); }

  [[nodiscard]] Instant next_deadline() const noexcept;

 private:
  struct Open {
    ServerId to;
    Instant deadline;
    ControlDone done;
  };

  struct Unsent {
    ControlRequest request;
    Open open;
  };

  void finish(Open open, Result<Index> result);

  const NodeOptions& options_;
  port::Codec& codec_;
  CallbackQueue& callbacks_;
  std::uint64_t next_sequence_ = 1;
  std::deque<Unsent> unsent_;
  /// By sequence.
  std::map<std::uint64_t, Open> sent_;
};

/// The leader's side: requests of peers that are being carried out, and the answers to them.
/// Owned by the engine.
class ControlAnswers {
 public:
  /// Names one request of one connection: a peer that starts anew numbers its requests anew.
  using Ticket = std::uint64_t;

  ControlAnswers(const NodeOptions& options, port::Codec& codec)
      : options_(options), codec_(codec) {}

  /// A request came in.
  /// Errors: kBusy (controls_max of them are open); to be refused.
  [[nodiscard]] Result<Ticket> open(ServerId peer, std::uint64_t sequence);

  /// It will not be carried out.
  void refuse(ServerId peer, std::uint64_t sequence, Errc why);

  /// It is over. Nothing happens if nobody waits for the answer any more.
  void answer(Ticket ticket, const Result<Index>& result);

  /// The peer dialled anew: what it asked on the old connection is not awaited any more.
  void forget(ServerId peer);

  /// Sends the answers. What does not fit into the transport's queue stays for a later turn.
  void send(port::Transport& transport);

  void clear() noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return open_.size(); }

 private:
  struct Asker {
    ServerId peer;
    std::uint64_t sequence = 0;
  };

  struct Answer {
    ServerId peer;
    ControlReply reply;
  };

  void add(Answer answer);

  const NodeOptions& options_;
  port::Codec& codec_;
  Ticket next_ticket_ = 1;
  std::map<Ticket, Asker> open_;
  /// At most two times controls_max, of which the oldest go.
  std::deque<Answer> answers_;
};

}  // namespace buoyant::node
