// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/transfer.h"

#include "buoyant/base/assert.h"
#include "core/outbox.h"

#include <algorithm>
#include <tuple>

namespace buoyant::core {

namespace {

/// How many election timeouts lie between two attempts to hand over to a better leader.
constexpr int kYieldElectionTimeouts = 10;

/// True when it votes in the configuration that is to be, not only in the one that goes.
bool may_lead(const State& state, ServerId id) {
  const auto& members = state.configuration().members;
  return std::any_of(members.begin(), members.end(), [id](const Member& member) {
    return member.id == id && member.role == MemberRole::kVoter;
  });
}

/// It answers, and has all that is committed.
bool is_up_to_date(const State& state, const Progress& follower) {
  return follower.state == ProgressState::kReplicate && follower.match >= state.commit &&
         state.now - follower.last_contact < state.options.election_timeout / 2;
}

int rank_of(Preference preference) noexcept {
  switch (preference) {
    case Preference::kAvoid:
      return 0;
    case Preference::kNormal:
      return 1;
    case Preference::kPrefer:
      return 2;
  }
  return 0;
}

/// How good a leader is; space counts more than wishes.
std::pair<bool, int> fitness(SpaceState space, Preference preference) noexcept {
  return {space == SpaceState::kEnough, rank_of(preference)};
}

auto merit(const State& state, const Progress& follower) {
  return std::tuple(is_up_to_date(state, follower), fitness(follower.space, follower.preference),
                    follower.match);
}

}  // namespace

const Progress* best_successor(const State& state) {
  const Progress* best = nullptr;
  for (const Progress& follower : state.leading.followers) {
    const bool eligible = follower.reachable && may_lead(state, follower.id);
    if (eligible && (best == nullptr || merit(state, follower) > merit(state, *best))) {
      best = &follower;
    }
  }
  return best;
}

void tell_to_campaign(State& state, ServerId id) {
  send(state, id, {}, TimeoutNow{.term = state.hard_state.term});
}

Result<ServerId> begin_transfer(State& state, ServerId to) {
  Transfer& transfer = state.leading.transfer;
  if (to == state.options.id) {
    return to;
  }
  if (transfer.target.is_set()) {
    const bool same = !to.is_set() || to == transfer.target;
    return same ? Result<ServerId>(transfer.target)
                : fail(Errc::kBusy, "leadership is being handed over to another server");
  }
  if (to.is_set() && !may_lead(state, to)) {
    return fail(Errc::kInvalidConfiguration, "the target of a transfer does not vote");
  }
  const Progress* target =
      to.is_set() ? find_progress(state.leading.followers, to) : best_successor(state);
  if (target == nullptr || !target->reachable) {
    return fail(Errc::kNotReady, "no target of a transfer is connected");
  }
  transfer = {.target = target->id, .deadline = state.now + state.options.election_timeout};
  note(state, StepKind::kTransferring, transfer.target, state.trail.last().index);
  drive_transfer(state, false);
  return transfer.target;
}

void drive_transfer(State& state, bool again) {
  Transfer& transfer = state.leading.transfer;
  if (!transfer.target.is_set()) {
    return;
  }
  if (!may_lead(state, transfer.target)) {
    abandon_transfer(state, "the target votes no more");
    return;
  }
  const Progress* target = find_progress(state.leading.followers, transfer.target);
  BUOYANT_ASSERT(target != nullptr);
  // §3.10: only a server with every entry of ours is sure to be elected.
  if (target->match == state.trail.last().index && (again || !transfer.told)) {
    transfer.told = true;
    tell_to_campaign(state, transfer.target);
  }
}

void abandon_transfer(State& state, const char* why) {
  note(state, StepKind::kTransferEnded, state.leading.transfer.target, {}, why);
  state.leading.transfer = {};
}

void yield_to_better(State& state) {
  if (state.leading.transfer.target.is_set() || state.now < state.leading.next_yield) {
    return;
  }
  const Progress* best = best_successor(state);
  if (best == nullptr || !is_up_to_date(state, *best) ||
      fitness(best->space, best->preference) <= fitness(state.space, state.options.preference)) {
    return;
  }
  state.leading.next_yield = state.now + state.options.election_timeout * kYieldElectionTimeouts;
  static_cast<void>(begin_transfer(state, best->id));
}

}  // namespace buoyant::core
