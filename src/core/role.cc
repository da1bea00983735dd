// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/role.h"

#include "buoyant/base/assert.h"
#include "core/membership.h"
#include "core/outbox.h"
#include "core/read_index.h"
#include "core/timing.h"

#include <algorithm>
#include <utility>

namespace buoyant::core {

namespace {

/// Forgets what belongs to the role that ends.
void leave_role(State& state) {
  end_reads(state);
  abandon_change(state);
  state.leading = {};
  const std::uint64_t number = state.campaign.number;
  state.campaign = {};
  state.campaign.number = number;
}

void stand(State& state, Role role, ServerId leader, Cause cause) {
  state.standing = {.role = role, .term = state.hard_state.term, .leader = leader, .cause = cause};
}

/// Those that the configuration does not have are followed on until they know (M13).
void add_leavers(const State& state, ProgressTable& table) {
  for (const Progress& known : state.leading.followers) {
    if (find_progress(table, known.id) == nullptr) {
      Progress leaver = known;
      if (!leaver.leaving) {
        leaver.leaving = true;
        leaver.leave_after = state.configurations.back().index;
      }
      table.push_back(leaver);
    }
  }
  std::sort(table.begin(), table.end(),
            [](const Progress& left, const Progress& right) { return left.id < right.id; });
}

/// Brings the table of followers in line with the configuration.
void sync_followers(State& state) {
  ProgressTable table;
  for (const ServerId id : state.configuration().ids()) {
    if (id == state.options.id) {
      continue;
    }
    // Who left may come back with an empty disk: what was known of it says nothing any more.
    const Progress* known = find_progress(state.leading.followers, id);
    if (known != nullptr && !known->leaving) {
      table.push_back(*known);
      continue;
    }
    Progress progress;
    progress.id = id;
    progress.next = state.trail.last().index.next();
    progress.last_contact = state.now;
    progress.reachable = std::find(state.unreachable.begin(), state.unreachable.end(), id) ==
                         state.unreachable.end();
    table.push_back(progress);
  }
  add_leavers(state, table);
  state.leading.followers = std::move(table);
}

}  // namespace

void become_follower(State& state, Term term, ServerId leader, Cause cause) {
  BUOYANT_ASSERT(term >= state.hard_state.term);
  const bool new_term = term > state.hard_state.term;
  const bool was_follower = state.is(Role::kFollower);
  if (new_term) {
    set_hard_state(state, {.term = term, .voted_for = {}});
  }
  if (new_term || leader != state.standing.leader || !was_follower) {
    // What was verified against another leader means nothing for this one.
    const Instant last_contact = state.following.last_contact;
    state.following = {};
    state.following.last_contact = last_contact;
    note(state, StepKind::kBecameFollower, leader, {}, cause_name(cause));
  }
  leave_role(state);
  stand(state, Role::kFollower, leader, cause);
  // §3.4: a follower's timer restarts when it hears of a leader or grants a vote, not when a
  // candidate that it does not vote for raises the term.
  if (!was_follower || leader.is_set()) {
    restart_election_timer(state);
  }
}

void become_pre_candidate(State& state) {
  leave_role(state);
  state.following = {};
  stand(state, Role::kPreCandidate, {}, Cause::kElectionTimeout);
  ++state.campaign.number;
  note(state, StepKind::kBecamePreCandidate);
  restart_election_timer(state);
}

void become_candidate(State& state, Cause cause) {
  leave_role(state);
  state.following = {};
  set_hard_state(state, {.term = state.hard_state.term.next(), .voted_for = state.options.id});
  stand(state, Role::kCandidate, {}, cause);
  ++state.campaign.number;
  note(state, StepKind::kBecameCandidate, {}, {}, cause_name(cause));
  restart_election_timer(state);
}

void become_leader(State& state) {
  BUOYANT_ASSERT(state.is(Role::kCandidate));
  BUOYANT_ASSERT(state.hard_state.voted_for == state.options.id);
  leave_role(state);
  stand(state, Role::kLeader, state.options.id, Cause::kElectionWon);
  note(state, StepKind::kBecameLeader);
  state.election_deadline = Instant::never();
  state.leading.next_heartbeat = state.now;
  state.leading.quorum_checked_since = state.now;
  state.leading.full_majority_due = state.now + 2 * state.options.election_timeout;
  // The followers have to say first what they prefer.
  state.leading.next_yield = state.now + state.options.election_timeout;
  sync_followers(state);
  // §3.6.2: earlier terms' entries are committed only through one of this term.
  append_created(state, std::nullopt);
}

void become_faulted(State& state, const char* why) {
  if (state.fault_reason != nullptr) {
    return;
  }
  state.fault_reason = why;
  note(state, StepKind::kFaulted, {}, {}, why);
  leave_role(state);
  state.messages.clear();
  state.election_deadline = Instant::never();
  stand(state, Role::kFollower, {}, Cause::kFaulted);
}

void append_created(State& state, std::optional<Configuration> configuration) {
  const Term term = state.hard_state.term;
  state.trail.append(term, 1);
  const Index index = state.trail.last().index;
  if (configuration) {
    state.configurations.push_back({.index = index, .configuration = *configuration});
  }
  state.pending.created.push_back(
      {.index = index, .term = term, .configuration = std::move(configuration)});
  if (state.pending.created.back().configuration) {
    configuration_changed(state);
  }
}

void configuration_changed(State& state) {
  state.configuration_changed = true;
  state.note_membership();
  if (state.is(Role::kLeader)) {
    sync_followers(state);
    return;
  }
  // A server may become a voter, or cease to be one.
  restart_election_timer(state);
}

}  // namespace buoyant::core
