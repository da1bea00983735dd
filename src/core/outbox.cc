// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/outbox.h"

#include "buoyant/base/assert.h"
#include "core/lease.h"
#include "core/membership.h"
#include "core/read_index.h"
#include "core/receive_append.h"
#include "core/replication.h"
#include "core/send_snapshot.h"
#include "core/timing.h"

#include <utility>
#include <variant>

namespace buoyant::core {

namespace {

bool has_pending_write(const State& state) noexcept {
  return state.pending.hard_state || state.pending.requested ||
         state.pending.truncate_from.has_value() || state.pending.snapshot.has_value() ||
         state.pending.compact_through.has_value() ||
         state.submitted_last < state.trail.last().index;
}

Write take_write(State& state) {
  Write write;
  if (!has_pending_write(state)) {
    return write;
  }
  write.id = state.next_write;
  state.next_write = state.next_write.next();
  if (state.pending.hard_state) {
    write.hard_state = state.hard_state;
    state.hard_state_write = write.id;
  }
  write.truncate_from = state.pending.truncate_from;
  write.append = {.first = state.submitted_last.next(), .last = state.trail.last().index};
  write.runs = state.trail.runs_of(write.append);
  write.created = std::move(state.pending.created);
  write.after_no_space = state.pending.after_no_space;
  write.snapshot = std::move(state.pending.snapshot);
  write.compact_through = state.pending.compact_through;
  if (write.snapshot && !write.compact_through) {
    state.installation.write = write.id;
  }
  state.pending = {};
  state.submitted_last = state.trail.last().index;
  state.trail.submitted(write.id, state.now);
  return write;
}

}  // namespace

WriteId pending_write_id(const State& state) noexcept {
  return state.next_write;
}

WriteId write_of_hard_state(const State& state) noexcept {
  return state.pending.hard_state ? state.next_write : state.hard_state_write;
}

WriteId write_of_everything(const State& state) noexcept {
  return has_pending_write(state) ? state.next_write : state.trail.newest_outstanding();
}

void send(State& state, ServerId to, WriteId after, Message message) {
  BUOYANT_ASSERT(to != state.options.id);
  if (std::holds_alternative<TimeoutNow>(message)) {
    // §6.4.1, R6: the campaign that it calls for overrides the promises to us.
    void_lease(state);
  }
  state.messages.push_back({.to = to, .after = after, .message = std::move(message)});
}

void note(State& state, StepKind kind, ServerId peer, Index index, const char* detail) {
  if (state.steps.size() < Ready::kStepsMax) {
    state.steps.push_back({.kind = kind,
                           .term = state.hard_state.term,
                           .peer = peer,
                           .index = index,
                           .detail = detail});
  }
}

void set_hard_state(State& state, HardState hard_state) {
  BUOYANT_ASSERT(hard_state.term >= state.hard_state.term);
  state.hard_state = hard_state;
  state.standing.term = hard_state.term;
  state.pending.hard_state = true;
}

Ready take_ready(State& state, CommitNotices notices) {
  Ready ready;
  if (state.fault_reason == nullptr) {
    advance_membership(state);
    acknowledge(state);
    step_reads(state);
    ready.replicate = grant_replication(state);
    if (notices == CommitNotices::kSend) {
      tell_commit_to_level(state);
    } else {
      ready.holds_commit_notices = has_commit_to_tell(state);
    }
    ready.write = take_write(state);
    ready.messages = std::exchange(state.messages, {});
    ready.snapshots = take_due_snapshots(state);
    ready.install = std::exchange(state.install, std::nullopt);
    ready.deadline = next_deadline(state);
  }
  ready.apply_through = std::min(state.commit, state.trail.durable_index());
  ready.reads = std::exchange(state.reads_granted, {});
  ready.reads_ended_through = std::exchange(state.reads_ended_through, 0);
  ready.changes = std::exchange(state.changes, {});
  if (state.standing != state.announced) {
    state.announced = state.standing;
    ready.standing = state.standing;
  }
  if (std::exchange(state.configuration_changed, false)) {
    ready.configuration = state.configurations.back();
  }
  ready.steps = std::exchange(state.steps, {});
  return ready;
}

}  // namespace buoyant::core
