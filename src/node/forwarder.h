// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The follower's side of forwarding: proposals on their way to the leader.
///
/// A proposal waits here for the end of the turn, leaves in one Forward with all the others, and
/// waits for the leader's answer. It is handed to a transport at most once: from then on it may
/// be in the leader's log, and sending it again could commit it twice. So:
///   not sent, and the leader or its connection is gone: refused as kNoLeader, certainly not
///     committed;
///   sent, and the connection ends before the answer: unknown;
///   sent, and another leader appears: the answer, the connection's end or the deadline decides.
#pragma once

#include "buoyant/node_options.h"
#include "buoyant/port/codec.h"
#include "buoyant/port/transport.h"
#include "node/callback_queue.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace buoyant::node {

/// Owned by the engine.
class Forwarder {
 public:
  /// A proposal that was not sent.
  struct Unsent {
    Bytes payload;
    Waiting waiting;
  };

  /// A proposal that the leader put into its log.
  struct Accepted {
    LogPosition position;
    Waiting waiting;
  };

  Forwarder(const NodeOptions& options, port::Codec& codec, CallbackQueue& callbacks)
      : options_(options), codec_(codec), callbacks_(callbacks) {}

  void add(Unsent proposal) { unsent_.push_back(std::move(proposal)); }

  /// Sends what waits, in at most `frames_max` frames. What does not fit into the transport's
  /// queue stays for a later turn. True: the budget of the turn was used up, and there is more.
  [[nodiscard]] bool send(ServerId leader, port::Transport& transport, std::size_t frames_max);

  /// What waits ends with this refusal.
  void refuse_unsent(Error why);

  /// What waits, to be proposed here: this server became the leader.
  [[nodiscard]] std::deque<Unsent> take_unsent() noexcept { return std::exchange(unsent_, {}); }

  /// The leader's answers. Refused ones end here; those that were accepted are handed out.
  [[nodiscard]] std::vector<Accepted> on_reply(ServerId from, const ForwardReply& reply);

  /// The connection on which proposals were sent to `peer` ended.
  void on_disconnected(ServerId peer);

  /// Deadlines that passed: kNoLeader for what was not sent, unknown for the rest.
  void expire(Instant now, std::size_t count_max);

  /// All end as unknown.
  void fail_all(const char* why);

  [[nodiscard]] Instant next_deadline() const noexcept;

  [[nodiscard]] bool has_unsent() const noexcept { return !unsent_.empty(); }

  [[nodiscard]] bool awaits_answers() const noexcept { return !sent_.empty(); }

  /// Who owes answers; each once.
  [[nodiscard]] std::vector<ServerId> asked() const;

 private:
  /// The places of `sent_` are consecutive sequence numbers from `first_sequence_` on; an answered
  /// one stays until those before it are.
  struct Sent {
    ServerId to;
    bool answered = false;
    Waiting waiting;
  };

  [[nodiscard]] std::size_t batch_size() const noexcept;
  void answer(ServerId from, const ForwardResult& result, std::vector<Accepted>& accepted);
  void drop_answered() noexcept;

  const NodeOptions& options_;
  port::Codec& codec_;
  CallbackQueue& callbacks_;
  std::deque<Unsent> unsent_;
  std::deque<Sent> sent_;
  std::uint64_t first_sequence_ = 1;
};

}  // namespace buoyant::node
