// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/receive_vote.h"

#include "core/lease.h"
#include "core/outbox.h"
#include "core/role.h"
#include "core/timing.h"

namespace buoyant::core {

namespace {

/// §4.2.3: while a leader is heard of, others' elections only disturb. A candidate that *is*
/// our leader is leading no more, whatever we last heard of it (E16).
bool sticks_to_leader(const State& state, ServerId candidate) {
  if (state.is(Role::kLeader)) {
    return state.options.check_quorum &&
           state.now - quorum_contact(state) < state.options.election_timeout;
  }
  return state.standing.leader.is_set() && state.standing.leader != candidate &&
         state.now - state.following.last_contact < state.options.election_timeout;
}

void refuse(State& state, ServerId from, const RequestVote& request, const char* why) {
  note(state, StepKind::kRefusedVote, from, request.last.index, why);
  send(state, from, write_of_hard_state(state),
       RequestVoteReply{.term = state.hard_state.term,
                        .granted = false,
                        .pre_vote = request.pre_vote,
                        .campaign = request.campaign});
}

void receive_pre_vote(State& state, ServerId from, const RequestVote& request) {
  // E12: nothing changes here, whatever the answer is.
  if (request.term <= state.hard_state.term) {
    refuse(state, from, request, "its term is over");
    return;
  }
  if (request.last < state.trail.last()) {
    refuse(state, from, request, "its log is behind");
    return;
  }
  note(state, StepKind::kGrantedPreVote, from, request.last.index);
  send(state, from, write_of_hard_state(state),
       RequestVoteReply{
           .term = request.term, .granted = true, .pre_vote = true, .campaign = request.campaign});
}

void receive_vote(State& state, ServerId from, const RequestVote& request) {
  if (request.term < state.hard_state.term) {
    refuse(state, from, request, "its term is over");
    return;
  }
  if (request.term > state.hard_state.term) {
    become_follower(state, request.term, {}, Cause::kHigherTerm);
  }
  const ServerId voted_for = state.hard_state.voted_for;
  if (voted_for.is_set() && voted_for != from) {
    refuse(state, from, request, "voted for another");
    return;
  }
  if (state.standing.leader.is_set()) {
    refuse(state, from, request, "the term has a leader");
    return;
  }
  // §3.6.1: compared in memory, which is never behind what we acknowledged.
  if (request.last < state.trail.last()) {
    refuse(state, from, request, "its log is behind");
    return;
  }
  if (!voted_for.is_set()) {
    set_hard_state(state, {.term = state.hard_state.term, .voted_for = from});
    state.vote_write = pending_write_id(state);
  }
  restart_election_timer(state);
  note(state, StepKind::kGrantedVote, from, request.last.index);
  send(state, from, write_of_hard_state(state),
       RequestVoteReply{.term = state.hard_state.term,
                        .granted = true,
                        .pre_vote = false,
                        .campaign = request.campaign});
}

}  // namespace

void receive_request_vote(State& state, ServerId from, const RequestVote& request) {
  // The same request again (a new connection) is the vote that waits, not another one.
  const bool is_same_vote = !request.pre_vote && request.term == state.hard_state.term &&
                            state.hard_state.voted_for == from;
  if (is_voting_suspended(state) && !is_same_vote) {
    refuse(state, from, request,
           state.vote_write.is_set() ? "the disk is busy with a vote" : "the disk is stalled");
    return;
  }
  if (!request.transfer && sticks_to_leader(state, from)) {
    refuse(state, from, request, "there is a leader");
    return;
  }
  // §6.4.1: also when the leader is forgotten by now, and the candidate's term is later.
  if (!request.transfer && is_promised_to_another(state, from)) {
    refuse(state, from, request, "promised to the leader");
    return;
  }
  if (request.pre_vote) {
    receive_pre_vote(state, from, request);
  } else {
    receive_vote(state, from, request);
  }
}

}  // namespace buoyant::core
