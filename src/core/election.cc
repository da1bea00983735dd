// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/election.h"

#include "buoyant/base/assert.h"
#include "core/outbox.h"
#include "core/quorum.h"
#include "core/role.h"
#include "core/timing.h"

#include <algorithm>

namespace buoyant::core {

namespace {

bool contains(const std::vector<ServerId>& ids, ServerId id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// Nobody who takes part as he should ever counts so far: a peer that lies has taken the term or
/// the log here near the largest number that a message may carry, and what comes next could not
/// be said.
bool has_numbers_left(const State& state) noexcept {
  constexpr std::uint64_t kReserved = std::uint64_t{1} << 48U;
  constexpr std::uint64_t kLimit = kNumberMax - kReserved;
  return state.hard_state.term.value() < kLimit && state.trail.last().index.value() < kLimit;
}

constexpr const char* kNoNumbersLeft = "the term or the log's end is beyond what can be counted on";

bool is_campaigning(const State& state) noexcept {
  return state.is(Role::kPreCandidate) || state.is(Role::kCandidate);
}

void ask(State& state, ServerId id) {
  const bool pre_vote = state.is(Role::kPreCandidate);
  const Term term = pre_vote ? state.hard_state.term.next() : state.hard_state.term;
  send(state, id, {},
       RequestVote{.term = term,
                   .last = state.trail.last(),
                   .pre_vote = pre_vote,
                   .transfer = state.campaign.transfer,
                   .campaign = state.campaign.number});
}

/// Asks for votes once the term, our own vote and every entry that the request names are
/// durable (E1).
void ask_when_durable(State& state) {
  state.campaign.after = write_of_everything(state);
  if (state.is(Role::kCandidate)) {
    state.vote_write = state.campaign.after;
  }
  if (!state.campaign.after.is_set()) {
    campaign_is_durable(state);
  }
}

void start_election(State& state, Cause cause, bool transfer) {
  become_candidate(state, cause);
  state.campaign.transfer = transfer;
  ask_when_durable(state);
}

/// Looks whether the campaign is decided.
void count_votes(State& state) {
  const auto& granted = state.campaign.granted;
  const auto& refused = state.campaign.refused;
  if (has_quorum(state.configuration(), [&](ServerId id) { return contains(granted, id); })) {
    if (state.is(Role::kCandidate)) {
      become_leader(state);
    } else if (is_voting_suspended(state)) {
      restart_election_timer(state);
    } else {
      start_election(state, Cause::kPreVoteWon, false);
    }
    return;
  }
  // No majority is left that could grant: do not wait for the timeout to say so.
  if (!has_quorum(state.configuration(), [&](ServerId id) { return !contains(refused, id); })) {
    become_follower(state, state.hard_state.term, {}, Cause::kElectionLost);
  }
}

}  // namespace

void campaign(State& state, Cause cause) {
  BUOYANT_ASSERT(!state.is(Role::kLeader));
  BUOYANT_ASSERT(!is_voting_suspended(state));
  if (!has_numbers_left(state)) {
    become_faulted(state, kNoNumbersLeft);
    return;
  }
  if (!state.options.pre_vote) {
    start_election(state, cause, false);
    return;
  }
  become_pre_candidate(state);
  ask_when_durable(state);
}

void campaign_is_durable(State& state) {
  BUOYANT_ASSERT(is_campaigning(state));
  state.campaign.after = {};
  state.campaign.asked = true;
  for (const ServerId id : state.configuration().ids()) {
    if (id != state.options.id && state.configuration().is_voter(id)) {
      ask(state, id);
    }
  }
  // Our own vote counts like any other: when it is durable.
  state.campaign.granted.push_back(state.options.id);
  count_votes(state);
}

void receive_vote_reply(State& state, ServerId from, const RequestVoteReply& reply) {
  if (reply.granted) {
    // E10, E11, E13, E18: only grants of the campaign that is under way count.
    const Term asked =
        state.is(Role::kPreCandidate) ? state.hard_state.term.next() : state.hard_state.term;
    const bool counts = is_campaigning(state) && reply.term == asked &&
                        reply.pre_vote == state.is(Role::kPreCandidate) &&
                        reply.campaign == state.campaign.number;
    if (!counts) {
      const bool late = reply.campaign < state.campaign.number || !is_campaigning(state);
      note(state, StepKind::kIgnored, from, {},
           late ? "vote in a campaign that is over" : "vote of another campaign");
      return;
    }
    if (!contains(state.campaign.granted, from)) {
      state.campaign.granted.push_back(from);
      count_votes(state);
    }
    return;
  }
  // E17: a refusal names the voter's term, so that a cohort which lags behind catches up.
  if (reply.term > state.hard_state.term) {
    become_follower(state, reply.term, {}, Cause::kHigherTerm);
    return;
  }
  const bool counts = is_campaigning(state) && reply.campaign == state.campaign.number &&
                      reply.pre_vote == state.is(Role::kPreCandidate);
  if (counts && !contains(state.campaign.refused, from)) {
    state.campaign.refused.push_back(from);
    count_votes(state);
  }
}

void ask_again(State& state, ServerId id) {
  const bool open = is_campaigning(state) && state.campaign.asked &&
                    !contains(state.campaign.granted, id) && !contains(state.campaign.refused, id);
  if (open && state.configuration().is_voter(id)) {
    ask(state, id);
  }
}

void receive_timeout_now(State& state, ServerId from, const TimeoutNow& message) {
  const bool from_leader = message.term == state.hard_state.term && from == state.standing.leader;
  if (!from_leader || !state.configuration().is_voter(state.options.id)) {
    note(state, StepKind::kIgnored, from, {}, "TimeoutNow not from the leader to a voter");
    return;
  }
  if (is_voting_suspended(state)) {
    const bool voting = state.vote_write.is_set();
    note(state, StepKind::kIgnored, from, {},
         voting ? "TimeoutNow while the disk is busy with a vote"
                : "TimeoutNow while the disk is stalled");
    return;
  }
  if (!has_numbers_left(state)) {
    become_faulted(state, kNoNumbersLeft);
    return;
  }
  // §3.10: no pre-vote, and stickiness does not apply: the leader itself asks for it.
  start_election(state, Cause::kToldToCampaign, true);
}

}  // namespace buoyant::core
