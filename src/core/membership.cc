// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/membership.h"

#include "buoyant/base/assert.h"
#include "core/catch_up.h"
#include "core/outbox.h"
#include "core/replication.h"
#include "core/role.h"
#include "core/transfer.h"

#include <algorithm>
#include <utility>

namespace buoyant::core {

namespace {

const Member* find_member(const std::vector<Member>& members, ServerId id) noexcept {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [id](const Member& member) { return member.id == id; });
  return found == members.end() ? nullptr : &*found;
}

bool votes_in(const std::vector<Member>& members, ServerId id) noexcept {
  const Member* member = find_member(members, id);
  return member != nullptr && member->role == MemberRole::kVoter;
}

bool have_same_voters(const std::vector<Member>& one, const std::vector<Member>& other) {
  const auto vote_too = [](const std::vector<Member>& these, const std::vector<Member>& those) {
    return std::all_of(these.begin(), these.end(), [&those](const Member& member) {
      return member.role != MemberRole::kVoter || votes_in(those, member.id);
    });
  };
  return vote_too(one, other) && vote_too(other, one);
}

/// The present members, and the new voters as learners.
std::vector<Member> with_learners(std::vector<Member> members, const std::vector<Member>& target,
                                  const std::vector<CatchUp>& catching_up) {
  for (const CatchUp& server : catching_up) {
    const std::string& address = find_member(target, server.id)->address;
    const auto present =
        std::find_if(members.begin(), members.end(),
                     [&server](const Member& member) { return member.id == server.id; });
    if (present == members.end()) {
      members.push_back({.id = server.id, .address = address, .role = MemberRole::kLearner});
    } else {
      present->address = address;
    }
  }
  std::sort(members.begin(), members.end(),
            [](const Member& left, const Member& right) { return left.id < right.id; });
  return members;
}

/// M1: until an entry of the own term is committed, an earlier leader's configuration may be that
/// which counts. And one change at a time.
bool is_settled(const State& state) {
  return state.trail.term_at(state.commit) == state.hard_state.term &&
         state.configurations.back().index <= state.commit;
}

void append_configuration(State& state, Configuration configuration, const char* what) {
  BUOYANT_ASSERT(is_settled(state));
  append_created(state, std::move(configuration));
  note(state, StepKind::kConfiguration, {}, state.configurations.back().index, what);
}

void end_change(State& state, ChangeOutcome outcome) {
  outcome.number = state.leading.change->number;
  state.leading.change.reset();
  state.changes.push_back(outcome);
}

/// True: the open change only waits for servers that the new target does not have.
bool gives_up_waiting(const State& state, const std::vector<Member>& target) {
  const auto& change = state.leading.change;
  return change && !change->is_entered &&
         std::any_of(change->catching_up.begin(), change->catching_up.end(),
                     [&target](const CatchUp& server) {
                       return find_member(target, server.id) == nullptr;
                     });
}

Result<void> may_change(const State& state, const std::vector<Member>& target, Index based_on) {
  if (state.trail.term_at(state.commit) != state.hard_state.term) {
    return fail(Errc::kNotReady, "no entry of this leader's term is committed yet");
  }
  const bool is_open = state.leading.change.has_value() && !gives_up_waiting(state, target);
  if (is_open || !is_settled(state) || state.configuration().is_joint()) {
    return fail(Errc::kChangeInProgress, "change_membership");
  }
  if (is_outgoing(state)) {
    return fail(Errc::kNotLeader, "this leader is handing over");
  }
  if (based_on != state.configurations.back().index) {
    return fail(Errc::kStaleConfiguration, "change_membership");
  }
  return {};
}

void enter_target(State& state) {
  MembershipChange& change = *state.leading.change;
  change.is_entered = true;
  const std::vector<Member>& present = state.configuration().members;
  if (change.target == present) {
    return;
  }
  if (have_same_voters(present, change.target)) {
    append_configuration(state, {.members = change.target, .outgoing = {}}, "the target");
  } else {
    append_configuration(state, {.members = change.target, .outgoing = present}, "joint");
  }
}

/// Drops servers that left and know it, or had time enough to hear of it.
void let_leavers_go(State& state) {
  for (Progress& follower : state.leading.followers) {
    if (follower.leaving && follower.leave_after <= state.commit &&
        follower.leave_by == Instant::never()) {
      follower.leave_by = state.now + state.options.election_timeout;
    }
  }
  std::erase_if(state.leading.followers, [&state](const Progress& follower) {
    const bool knows =
        follower.leave_round.is_set() && follower.acknowledged_round >= follower.leave_round;
    const bool goes = follower.leaving && (knows || state.now >= follower.leave_by);
    if (goes) {
      note(state, StepKind::kLeft, follower.id, follower.leave_after,
           knows ? "it knows" : "it was not reached in time");
    }
    return goes;
  });
}

void advance_change(State& state) {
  const bool waits = state.leading.change && !state.leading.change->is_entered;
  const CatchingUp catching_up = waits ? advance_catch_up(state) : CatchingUp::kDone;
  if (catching_up == CatchingUp::kGivenUp) {
    end_change(state, {.refusal = Errc::kNotCaughtUp});
    return;
  }
  if (!is_settled(state)) {
    // The time is over for those as well who caught up and only wait for what makes them learners.
    if (waits && state.now >= state.leading.change->give_up_at) {
      end_change(state, {.refusal = Errc::kNotCaughtUp});
    }
    return;
  }
  if (state.configuration().is_joint()) {
    // Also one that an earlier leader has left. M4: after this it is not joint any more.
    append_configuration(state, {.members = state.configuration().members, .outgoing = {}},
                         "the target");
    return;
  }
  if (waits && catching_up == CatchingUp::kDone) {
    enter_target(state);
  }
  if (state.leading.change && state.leading.change->is_entered && is_settled(state)) {
    end_change(state, {.index = state.configurations.back().index});
  }
}

/// §4.2.2, M13: not before the others know that the target is committed, and best when nothing
/// else is left undecided; but not for ever.
void hand_over(State& state) {
  if (state.leading.outgoing_until == Instant::never()) {
    state.leading.outgoing_until = state.now + state.options.election_timeout;
  }
  const auto& followers = state.leading.followers;
  const bool waits_for_leavers =
      std::any_of(followers.begin(), followers.end(),
                  [](const Progress& follower) { return follower.leaving; });
  const Progress* successor = best_successor(state);
  const bool is_behind = successor == nullptr || successor->match < state.trail.last().index;
  const bool waits = waits_for_leavers || is_behind || state.commit < state.trail.last().index;
  if (waits && state.now < state.leading.outgoing_until) {
    return;
  }
  tell_commit_to_all(state);
  if (successor != nullptr) {
    tell_to_campaign(state, successor->id);
  }
  become_follower(state, state.hard_state.term, {}, Cause::kRemoved);
}

}  // namespace

Result<std::uint64_t> change_membership(State& state, std::vector<Member> members, Index based_on) {
  BUOYANT_ASSERT(state.is(Role::kLeader));
  Result<Configuration> target = make_configuration(std::move(members));
  if (!target) {
    return fail(target.error());
  }
  if (const Result<void> may = may_change(state, target->members, based_on); !may) {
    return fail(may.error());
  }
  const std::vector<Member>& present = state.configuration().members;
  MembershipChange change{.number = state.next_change, .target = {}, .catching_up = {}};
  for (const Member& member : target->members) {
    if (member.role == MemberRole::kVoter && !votes_in(present, member.id)) {
      change.catching_up.push_back({.id = member.id});
    }
  }
  std::vector<Member> learning = with_learners(present, target->members, change.catching_up);
  if (learning.size() > kMembersMax) {
    return fail(Errc::kInvalidConfiguration, "too many members while the new ones catch up");
  }
  if (state.leading.change) {
    end_change(state, {.refusal = Errc::kNotCaughtUp});
  }
  change.target = std::move(target->members);
  change.give_up_at = state.now + state.options.catch_up_timeout;
  if (learning != present) {
    append_configuration(state, {.members = std::move(learning), .outgoing = {}}, "learners");
  }
  state.leading.change = std::move(change);
  begin_catch_up(state);
  state.next_change += 1;
  return state.leading.change->number;
}

void advance_membership(State& state) {
  if (!state.is(Role::kLeader)) {
    return;
  }
  advance_change(state);
  let_leavers_go(state);
  if (is_outgoing(state)) {
    hand_over(state);
  }
}

Instant membership_deadline(const State& state) noexcept {
  Instant deadline = state.leading.outgoing_until;
  if (state.leading.change && !state.leading.change->is_entered) {
    deadline = std::min(deadline, state.leading.change->give_up_at);
    for (const CatchUp& server : state.leading.change->catching_up) {
      if (!server.is_done && server.round == kCatchUpRoundsMax) {
        deadline = std::min(deadline, server.began + state.options.election_timeout);
      }
    }
  }
  for (const Progress& follower : state.leading.followers) {
    deadline = follower.leaving ? std::min(deadline, follower.leave_by) : deadline;
  }
  return deadline;
}

void abandon_change(State& state) {
  if (state.leading.change) {
    end_change(state, {.refusal = Errc::kOutcomeUnknown});
  }
}

bool is_outgoing(const State& state) noexcept {
  return state.is(Role::kLeader) && !state.configuration().is_voter(state.options.id) &&
         state.configurations.back().index <= state.commit;
}

bool is_removed(const State& state) noexcept {
  const ServerId self = state.options.id;
  const Configuration& committed = state.committed_configuration().configuration;
  const bool is_left_out = !committed.empty() && committed.find(self) == nullptr &&
                           state.configuration().find(self) == nullptr;
  return state.removed || (state.was_member && is_left_out);
}

void told_removed(State& state) {
  if (is_outgoing(state) || state.removed) {
    return;
  }
  state.removed = true;
  note(state, StepKind::kRemoved);
  if (!state.is(Role::kFollower)) {
    become_follower(state, state.hard_state.term, {}, Cause::kRemoved);
  }
  state.election_deadline = Instant::never();
}

}  // namespace buoyant::core
