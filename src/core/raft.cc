// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/core/raft.h"

#include "buoyant/base/assert.h"
#include "core/commit.h"
#include "core/compaction.h"
#include "core/durability.h"
#include "core/election.h"
#include "core/invariants.h"
#include "core/lease.h"
#include "core/membership.h"
#include "core/outbox.h"
#include "core/read_index.h"
#include "core/receive_append.h"
#include "core/receive_snapshot.h"
#include "core/receive_vote.h"
#include "core/replication.h"
#include "core/role.h"
#include "core/send_snapshot.h"
#include "core/space.h"
#include "core/state.h"
#include "core/timing.h"
#include "core/transfer.h"

#include <algorithm>
#include <iterator>
#include <type_traits>
#include <utility>

namespace buoyant::core {

namespace {

/// One input: sets the time, and checks the invariants when it is done.
class Input {
 public:
  Input(State& state, Instant now) : state_(state), before_(state) {
    state.now = std::max(state.now, now);
  }

  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  ~Input() { invariants::check(state_, before_); }

  /// False: the core takes no part any more.
  [[nodiscard]] bool is_taken() const noexcept { return state_.fault_reason == nullptr; }

 private:
  State& state_;
  invariants::Before before_;
};

/// Hands a message to the file that knows what to do with it.
Received dispatch(State& state, ServerId from, const Message& message) {
  return std::visit(
      [&](const auto& body) -> Received {
        using Body = std::decay_t<decltype(body)>;
        if constexpr (std::is_same_v<Body, AppendEntries>) {
          return receive_append_entries(state, from, body);
        } else if constexpr (std::is_same_v<Body, AppendEntriesReply>) {
          receive_append_reply(state, from, body);
        } else if constexpr (std::is_same_v<Body, Heartbeat>) {
          receive_heartbeat(state, from, body);
        } else if constexpr (std::is_same_v<Body, HeartbeatReply>) {
          receive_heartbeat_reply(state, from, body);
        } else if constexpr (std::is_same_v<Body, RequestVote>) {
          receive_request_vote(state, from, body);
        } else if constexpr (std::is_same_v<Body, RequestVoteReply>) {
          receive_vote_reply(state, from, body);
        } else {
          static_assert(std::is_same_v<Body, TimeoutNow>);
          receive_timeout_now(state, from, body);
        }
        return {};
      },
      message);
}

}  // namespace

Raft::Raft(const RaftOptions& options, RestoredState restored, Instant now)
    : state_(std::make_unique<State>(options, std::move(restored), now)) {
  BUOYANT_ASSERT(validate(options).has_value());
  promise_as_restarted(*state_);
  restart_election_timer(*state_);
}

Raft::~Raft() = default;

Result<LogPosition> Raft::propose(Instant now, std::uint64_t count) {
  BUOYANT_ASSERT(count > 0);
  const Input input(*state_, now);
  if (!input.is_taken()) {
    return fail(Errc::kFaulted, "propose");
  }
  if (!is_leader()) {
    return fail(Errc::kNotLeader, "propose");
  }
  // §3.10: the target's log is to become as long as this one.
  if (state_->leading.transfer.target.is_set()) {
    return fail(Errc::kBusy, "leadership is being handed over");
  }
  if (!has_space_for_proposals(*state_)) {
    return fail(Errc::kStorageFull, "disks are nearly full");
  }
  if (is_outgoing(*state_)) {
    return fail(Errc::kBusy, "this leader is handing over");
  }
  const Index first = state_->trail.last().index.next();
  state_->trail.append(state_->hard_state.term, count);
  return LogPosition{.term = state_->hard_state.term, .index = first};
}

Result<std::uint64_t> Raft::read(Instant now, bool lease) {
  const Input input(*state_, now);
  if (!input.is_taken()) {
    return fail(Errc::kFaulted, "read");
  }
  if (!is_leader()) {
    return fail(Errc::kNotLeader, "read");
  }
  return add_read(*state_, lease);
}

Result<ServerId> Raft::transfer(Instant now, ServerId to) {
  const Input input(*state_, now);
  if (!input.is_taken()) {
    return fail(Errc::kFaulted, "transfer");
  }
  if (!is_leader()) {
    return fail(Errc::kNotLeader, "transfer");
  }
  return begin_transfer(*state_, to);
}

void Raft::set_space(Instant now, SpaceState space) {
  const Input input(*state_, now);
  core::set_space(*state_, space);
}

Result<std::uint64_t> Raft::change_membership(Instant now, std::vector<Member> members,
                                              Index based_on) {
  const Input input(*state_, now);
  if (!input.is_taken()) {
    return fail(Errc::kFaulted, "change_membership");
  }
  if (!is_leader()) {
    return fail(Errc::kNotLeader, "change_membership");
  }
  return core::change_membership(*state_, std::move(members), based_on);
}

void Raft::request_write(Instant now) {
  const Input input(*state_, now);
  if (input.is_taken()) {
    state_->pending.requested = true;
  }
}

void Raft::told_removed(Instant now) {
  const Input input(*state_, now);
  if (input.is_taken()) {
    core::told_removed(*state_);
  }
}

Received Raft::receive(Instant now, ServerId from, const Message& message) {
  const Input input(*state_, now);
  // W6: nobody sends to itself; and nobody has the id zero.
  if (!input.is_taken() || !from.is_set() || from == state_->options.id) {
    return {};
  }
  return dispatch(*state_, from, message);
}

void Raft::written(Instant now, WriteId through, Written outcome) {
  const Input input(*state_, now);
  if (input.is_taken()) {
    core::written(*state_, through, outcome);
  }
}

void Raft::replicated(Instant now, ServerId to, Term term, Index last) {
  const Input input(*state_, now);
  core::replicated(*state_, to, term, last);
}

void Raft::replicate_failed(Instant now, ServerId to, Term term, ReplicateFailure why) {
  const Input input(*state_, now);
  core::replicate_failed(*state_, to, term, why);
}

bool Raft::snapshot_taken(Instant now, const SnapshotMetadata& snapshot, Index compact_through) {
  const Input input(*state_, now);
  return input.is_taken() && core::snapshot_taken(*state_, snapshot, compact_through);
}

SnapshotOffer Raft::snapshot_offered(Instant now, ServerId from, Term term,
                                     const SnapshotMetadata& snapshot) {
  const Input input(*state_, now);
  if (!input.is_taken() || !from.is_set() || from == state_->options.id) {
    return {};
  }
  return core::snapshot_offered(*state_, from, term, snapshot);
}

SnapshotOffer Raft::snapshot_offer(Term term, const SnapshotMetadata& snapshot) const {
  return core::snapshot_offer(*state_, term, snapshot);
}

bool Raft::snapshot_received(Instant now, ServerId from, Term term,
                             const SnapshotMetadata& snapshot) {
  const Input input(*state_, now);
  return input.is_taken() && core::snapshot_received(*state_, from, term, snapshot);
}

void Raft::snapshot_answered(Instant now, ServerId from, const InstallSnapshotReply& reply) {
  const Input input(*state_, now);
  if (input.is_taken()) {
    core::snapshot_answered(*state_, from, reply);
  }
}

void Raft::snapshot_failed(Instant now, ServerId to, Term term) {
  const Input input(*state_, now);
  core::snapshot_failed(*state_, to, term);
}

void Raft::peer_unreachable(Instant now, ServerId id) {
  const Input input(*state_, now);
  follower_unreachable(*state_, id);
}

void Raft::peer_reachable(Instant now, ServerId id) {
  const Input input(*state_, now);
  if (input.is_taken()) {
    follower_reachable(*state_, id);
    ask_again(*state_, id);
  }
}

void Raft::resumed(Instant now) {
  const Input input(*state_, now);
  state_->leading.quorum_checked_since = state_->now;
  restart_lease(*state_);
}

void Raft::advance_time(Instant now) {
  const Input input(*state_, now);
  if (input.is_taken()) {
    core::advance_time(*state_);
  }
}

void Raft::fault(Instant now, const char* why) {
  const Input input(*state_, now);
  become_faulted(*state_, why);
}

Ready Raft::take_ready(CommitNotices notices) {
  return core::take_ready(*state_, notices);
}

const Standing& Raft::standing() const noexcept {
  return state_->standing;
}

ServerId Raft::transfer_target() const noexcept {
  return state_->leading.transfer.target;
}

SpaceState Raft::space() const noexcept {
  return state_->space;
}

const char* Raft::fault_reason() const noexcept {
  return state_->fault_reason;
}

LogPosition Raft::last() const noexcept {
  return state_->trail.last();
}

LogPosition Raft::base() const noexcept {
  return state_->trail.base();
}

Index Raft::durable_index() const noexcept {
  return state_->trail.durable_index();
}

Index Raft::replicated_index() const noexcept {
  return is_leader() ? core::replicated_index(*state_) : Index();
}

Index Raft::commit_index() const noexcept {
  return state_->commit;
}

std::optional<Term> Raft::term_at(Index index) const noexcept {
  return state_->trail.term_at(index);
}

const SnapshotMetadata& Raft::snapshot() const noexcept {
  return state_->snapshot;
}

const ConfigurationAt& Raft::configuration_at(Index index) const noexcept {
  const auto& configurations = state_->configurations;
  auto at = configurations.end();
  while (std::prev(at) != configurations.begin() && std::prev(at)->index > index) {
    --at;
  }
  return *std::prev(at);
}

const ConfigurationAt& Raft::configuration() const noexcept {
  return state_->configurations.back();
}

const std::vector<ConfigurationAt>& Raft::configurations() const noexcept {
  return state_->configurations;
}

const ConfigurationAt& Raft::committed_configuration() const noexcept {
  return state_->committed_configuration();
}

bool Raft::is_removed() const noexcept {
  return core::is_removed(*state_);
}

std::optional<Index> Raft::wanted_behind_snapshots() const noexcept {
  return core::wanted_behind_snapshots(*state_);
}

const HardState& Raft::hard_state() const noexcept {
  return state_->hard_state;
}

bool Raft::has_leavers() const noexcept {
  const auto& followers = state_->leading.followers;
  return std::any_of(followers.begin(), followers.end(),
                     [](const Progress& follower) { return follower.leaving; });
}

std::optional<Index> Raft::match_of(ServerId peer) const noexcept {
  const Progress* follower = find_progress(state_->leading.followers, peer);
  return follower == nullptr ? std::nullopt : std::optional(follower->match);
}

std::vector<PeerProgress> Raft::progress() const {
  std::vector<PeerProgress> result;
  const auto& change = state_->leading.change;
  for (const Progress& follower : state_->leading.followers) {
    result.push_back({.id = follower.id,
                      .state = follower.state,
                      .match = follower.match,
                      .next = follower.next,
                      .last_contact = follower.last_contact,
                      .reachable = follower.reachable,
                      .space = follower.space,
                      .preference = follower.preference,
                      .leaving = follower.leaving});
    for (const CatchUp& server : change ? change->catching_up : std::vector<CatchUp>()) {
      if (server.id == follower.id && !change->is_entered) {
        result.back().catch_up_round = server.round;
        result.back().catch_up_goal = server.goal;
      }
    }
  }
  return result;
}

const RaftOptions& Raft::options() const noexcept {
  return state_->options;
}

}  // namespace buoyant::core
