// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Proposals: of this server's user, here or passed on to the leader, and of followers.

#include "node/engine.h"

#include <utility>

namespace buoyant::node {

namespace {

/// How many election timeouts a proposal may stay open.
constexpr int kOpenElectionTimeouts = 5;

}  // namespace

Instant Engine::proposal_deadline() noexcept {
  return now() + options_.election_timeout * kOpenElectionTimeouts;
}

Result<void> Engine::propose(Bytes payload, ProposeDone done) {
  const Context context(*this);
  Result<void> result;
  if (stage_ != Stage::kRunning) {
    result = fail(Errc::kStopped);
  } else if (raft_->fault_reason() != nullptr) {
    result = fail(Errc::kFaulted, raft_->fault_reason());
  } else if (payload.size() > options_.entry_bytes_max) {
    result = fail(Errc::kTooLarge, "entry_bytes_max");
  } else if (!budget_.has_room(payload.size())) {
    result = fail(Errc::kBusy, "proposals_max, proposal_bytes_max");
  } else if (bootstrap_.is_under_way()) {
    result = fail(Errc::kNoLeader, "bootstrap is under way");
  } else {
    const std::size_t bytes = payload.size();
    const Instant deadline = proposal_deadline();
    Waiting waiting{.done = std::move(done), .bytes = bytes, .deadline = deadline, .since = clock_};
    result = raft_->is_leader() ? propose_here(std::move(payload), std::move(waiting))
                                : propose_to_leader(std::move(payload), std::move(waiting));
    if (result) {
      budget_.take(bytes);
      wake();
      return result;
    }
  }
  proposals_turned_away_ += 1;
  return result;
}

Result<void> Engine::propose_here(Bytes payload, Waiting waiting) {
  // A server without peers has no turns while it is idle.
  look_at_space();
  const Result<LogPosition> position = raft_->propose(now());
  if (!position) {
    return fail(position.error());
  }
  cache_.append(
      position->index,
      {.term = position->term, .kind = EntryKind::kCommand, .payload = std::move(payload)});
  proposals_.add(*position, std::move(waiting));
  return {};
}

Result<void> Engine::propose_to_leader(Bytes payload, Waiting waiting) {
  const ServerId leader = raft_->standing().leader;
  if (raft_->is_removed()) {
    // It would never learn what became of it.
    return fail(Errc::kNoLeader, kRemovedText);
  }
  if (!options_.forward_proposals) {
    return fail(Errc::kNotLeader);
  }
  if (!leader.is_set() || leader == options_.id) {
    return fail(Errc::kNoLeader);
  }
  if (!connected_.contains(leader)) {
    return fail(Errc::kNoLeader, "the leader is not connected");
  }
  forwarder_.add({.payload = std::move(payload), .waiting = std::move(waiting)});
  return {};
}

void Engine::forward_proposals() {
  if (!forwarder_.awaits_answers()) {
    replies_.clear();
  }
  if (!forwarder_.has_unsent()) {
    return;
  }
  const ServerId leader = raft_->standing().leader;
  if (!leader.is_set() || !connected_.contains(leader)) {
    forwarder_.refuse_unsent(Error(Errc::kNoLeader, "the leader was lost before it was sent"));
  } else {
    const bool more = forwarder_.send(leader, *ports_.transport, options_.frames_per_turn);
    more_frames_ = more_frames_ || more;
  }
}

void Engine::accept_forwarded(ServerId peer, const Forward& message, std::vector<Bytes> payloads) {
  std::uint64_t sequence = message.first_sequence;
  for (Bytes& payload : payloads) {
    const std::uint64_t own = sequence++;
    if (payload.size() > options_.entry_bytes_max) {
      forward_answers_.refuse(peer, own, 1, Errc::kTooLarge);
      continue;
    }
    if (proposals_.forwarded_by(peer) >= options_.forwarded_per_peer_max) {
      forward_answers_.refuse(peer, own, 1, Errc::kBusy);
      continue;
    }
    const Result<LogPosition> position = raft_->propose(now());
    if (!position) {
      forward_answers_.refuse(peer, own, 1, position.error().code());
      continue;
    }
    cache_.append(
        position->index,
        {.term = position->term, .kind = EntryKind::kCommand, .payload = std::move(payload)});
    const Instant deadline = proposal_deadline();
    proposals_.add_forwarded(*position, 1, peer, clock_, deadline);
    forward_answers_.accept(peer, own, 1, *position);
  }
}

void Engine::accept_answer(ServerId peer, const ForwardReply& reply) {
  for (Forwarder::Accepted& accepted : forwarder_.on_reply(peer, reply)) {
    settle(std::move(accepted));
  }
}

void Engine::settle(Forwarder::Accepted accepted) {
  const LogPosition position = accepted.position;
  if (position.index > applier_.applied()) {
    proposals_.add(position, std::move(accepted.waiting));
    return;
  }
  // The local apply was faster than the answer.
  const std::optional<Term> term = raft_->term_at(position.index);
  if (term && *term != position.term) {
    callbacks_.finish(std::move(accepted.waiting), fail(Errc::kSuperseded));
    return;
  }
  const std::optional<Bytes> reply = replies_.find(position);
  if (!reply) {
    callbacks_.finish(std::move(accepted.waiting),
                      fail(Errc::kOutcomeUnknown, "the answer came too late"));
    return;
  }
  callbacks_.finish(std::move(accepted.waiting), Applied{.position = position, .reply = *reply});
}

void Engine::expire_proposals() {
  const Instant present = now();
  proposals_.expire(present, options_.callbacks_per_turn);
  forwarder_.expire(present, options_.callbacks_per_turn);
}

}  // namespace buoyant::node
