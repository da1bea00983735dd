// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/timing.h"

#include "core/election.h"
#include "core/lease.h"
#include "core/membership.h"
#include "core/quorum.h"
#include "core/replication.h"
#include "core/role.h"
#include "core/space.h"
#include "core/transfer.h"

#include <algorithm>

namespace buoyant::core {

namespace {

/// §4.2.2: also a server that the newest configuration does not let vote, as long as it may not
/// be committed: it may be the only one that has it, and a majority of the one before is not one
/// without it. In elections it does not count itself.
bool may_campaign(const State& state) noexcept {
  const auto& all = state.configurations;
  const bool may_not_count = all.back().index > state.commit && all.size() > 1;
  return !state.removed &&
         (state.configuration().is_voter(state.options.id) ||
          (may_not_count && all[all.size() - 2].configuration.is_voter(state.options.id)));
}

/// A server that is the only voter has nobody to give way to; it waits for its disk.
bool may_give_way(const State& state) {
  const auto& followers = state.leading.followers;
  return std::any_of(followers.begin(), followers.end(), [&state](const Progress& follower) {
    return state.configuration().is_voter(follower.id);
  });
}

Instant stall_deadline(const State& state) noexcept {
  const auto since = state.trail.oldest_outstanding_since();
  return since ? *since + state.options.disk_stall_limit : Instant::never();
}

Instant quorum_deadline(const State& state) {
  return state.options.check_quorum ? quorum_contact(state) + state.options.election_timeout
                                    : Instant::never();
}

/// A leader that holds everybody up hands over (§3.10) and follows. Neither needs its disk.
void give_way(State& state, Cause cause) {
  if (const Progress* best = best_successor(state)) {
    tell_to_campaign(state, best->id);
  }
  become_follower(state, state.hard_state.term, {}, cause);
}

/// Its no-op lies behind entries that a majority has no space for, so it commits nothing and
/// grants no reads. Those who lack them may elect one another, and a no-op alone finds its place.
bool is_stuck_without_space(const State& state) {
  return state.now >= state.leading.full_majority_due &&
         state.trail.term_at(state.commit) != state.hard_state.term &&
         !has_space_for_proposals(state);
}

void advance_leader(State& state) {
  // §6.2: a leader that cannot reach a majority must not go on answering as one.
  if (state.now >= quorum_deadline(state)) {
    become_follower(state, state.hard_state.term, {}, Cause::kQuorumLost);
    return;
  }
  if (is_disk_stalled(state) && may_give_way(state)) {
    give_way(state, Cause::kDiskStalled);
    return;
  }
  if (is_stuck_without_space(state) && may_give_way(state)) {
    give_way(state, Cause::kMajorityFull);
    return;
  }
  if (state.now >= state.leading.transfer.deadline) {
    abandon_transfer(state, "the target did not take over in time");
  }
  if (state.now >= state.leading.next_heartbeat) {
    broadcast_heartbeat(state);
    drive_transfer(state, true);
    yield_to_better(state);
    // The schedule is kept, missed beats are skipped (E21).
    const Duration late = state.now - state.leading.next_heartbeat;
    const Duration interval = state.options.heartbeat_interval;
    state.leading.next_heartbeat = state.leading.next_heartbeat + interval * (late / interval + 1);
  }
}

}  // namespace

void restart_election_timer(State& state) {
  if (!may_campaign(state)) {
    state.election_deadline = Instant::never();
    return;
  }
  const Duration timeout = state.options.election_timeout;
  Duration shortest = timeout;
  Duration longest = 2 * timeout;
  if (state.options.preference == Preference::kPrefer) {
    longest = timeout + timeout / 2;
  } else if (state.options.preference == Preference::kAvoid) {
    shortest = 2 * timeout;
    longest = 3 * timeout;
  }
  state.election_deadline = state.now + state.random.between(shortest, longest);
}

Instant next_deadline(const State& state) noexcept {
  if (state.fault_reason != nullptr) {
    return Instant::never();
  }
  if (!state.is(Role::kLeader)) {
    return may_campaign(state) ? state.election_deadline : Instant::never();
  }
  if (state.leading.followers.empty()) {
    return Instant::never();
  }
  Instant deadline = std::min(state.leading.next_heartbeat, quorum_deadline(state));
  deadline = std::min(deadline, state.leading.transfer.deadline);
  deadline = std::min(deadline, membership_deadline(state));
  return may_give_way(state) ? std::min(deadline, stall_deadline(state)) : deadline;
}

void advance_time(State& state) {
  if (state.now < next_deadline(state)) {
    return;
  }
  if (state.is(Role::kLeader)) {
    advance_leader(state);
    return;
  }
  if (is_promised_to_another(state, state.options.id)) {
    // §6.4.1: a candidate votes for itself.
    state.election_deadline = state.promise.until;
    return;
  }
  if (is_voting_suspended(state)) {
    // E2: campaigning while the disk hangs promises what may never become durable.
    restart_election_timer(state);
    return;
  }
  campaign(state, Cause::kElectionTimeout);
}

bool is_disk_stalled(const State& state) noexcept {
  return state.now >= stall_deadline(state);
}

bool is_voting_suspended(const State& state) noexcept {
  return state.vote_write.is_set() || is_disk_stalled(state);
}

Instant quorum_contact(const State& state) {
  const auto contact_of = [&state](ServerId id) -> std::uint64_t {
    Instant contact = state.now;
    if (id != state.options.id) {
      contact = state.leading.quorum_checked_since;
      for (const Progress& follower : state.leading.followers) {
        if (follower.id == id) {
          contact = std::max(contact, follower.last_contact);
        }
      }
    }
    return static_cast<std::uint64_t>(contact.since_start().count());
  };
  const std::uint64_t since = quorum_value(state.configuration(), contact_of);
  return Instant(Duration(static_cast<std::int64_t>(since)));
}

}  // namespace buoyant::core
