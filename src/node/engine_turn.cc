// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The turn: what the inputs since the last one lead to is carried out, once, in order.

#include "buoyant/base/assert.h"
#include "node/engine.h"

#include <algorithm>
#include <utility>

namespace buoyant::node {

void Engine::on_turn(const port::Turn& turn) noexcept {
  if (stage_ == Stage::kClosing || stage_ == Stage::kClosed) {
    return;
  }
  // A callback of the user may destroy the Node.
  const std::shared_ptr<Engine> alive = shared_from_this();
  const Context context(*this);
  clock_ = std::max(clock_, turn.now);
  is_in_turn_ = true;
  turn_clock_.begin(now(), *ports_.loop);
  turns_ += 1;
  if (is_live()) {
    note_stall(turn);
    // Before the core is asked: what is given up here is asked for again in this turn.
    reads_.expire(clock_, options_.callbacks_per_turn);
    step_bootstrap();
  }
  if (core_listens()) {
    look_at_space();
    advance_core(turn, core::CommitNotices::kHold);
  }
  if (is_live()) {
    expire_proposals();
    step_controls();
  }
  announce_fault();
  const bool is_another_wanted = std::exchange(is_turn_wanted_, false);
  tell_user();
  if ((is_turn_wanted_ || holds_commit_notices_) && core_listens()) {
    // What callbacks asked for goes out at once, not behind another look at the sockets; what comes
    // of it is for the next turn. What they proposed takes the commit index along.
    is_turn_wanted_ = false;
    advance_core(turn, core::CommitNotices::kSend);
  }
  is_turn_wanted_ = is_turn_wanted_ || is_another_wanted;
  finish_turn();
}

void Engine::note_stall(const port::Turn& turn) {
  loop_stall_longest_ = std::max(loop_stall_longest_, turn.stalled);
  if (turn.stalled > options_.election_timeout / 4) {
    loop_stalls_ += 1;
    raft_->resumed(now());
  }
}

void Engine::look_at_space() {
  if (clock_ >= space_due_) {
    space_due_ = clock_ + options_.election_timeout / 4;
    const SpaceState space = ports_.storage->status().space;
    raft_->set_space(now(), space);
    compaction_.note_space(space);
  }
}

void Engine::advance_core(const port::Turn& turn, core::CommitNotices notices) {
  // After the poll: what lay unread in the sockets when the deadline passed has been stepped.
  if (turn.now >= core_deadline_) {
    core_deadline_ = Instant::never();
    raft_->advance_time(now());
  }
  ask_core_for_reads();
  request_peers_write();
  carry_out(raft_->take_ready(notices));
  forward_proposals();
  snapshot_out_.run(*raft_);
  ask_leader_for_reads();
  send_controls();
  ports_.transport->flush();
  retry_apply();
  step_between_batches();
  applier_.run();
  reads_.on_applied(clock_, applier_.applied());
  cache_.trim(raft_->durable_index());
}

void Engine::retry_apply() {
  if (!applier_.is_held_up()) {
    apply_retry_at_ = Instant::never();
  } else if (apply_retry_at_ == Instant::never()) {
    apply_retry_at_ = now() + options_.heartbeat_interval;
  } else if (now() >= apply_retry_at_) {
    apply_retry_at_ = Instant::never();
    applier_.retry();
  }
}

void Engine::carry_out(core::Ready ready) {
  const Instant began = clock_;
  const IndexRange handed_over = ready.write.append;
  // Before the frames are made: the disk works meanwhile. Sending does not wait for it.
  write_peers(ready.write);
  holds_commit_notices_ = ready.holds_commit_notices;
  if (ready.standing) {
    adopt_standing(*ready.standing);
  }
  mark_stages(began, handed_over);
  send_messages(std::move(ready.messages));
  more_frames_ = replicator_.replicate(now(), *raft_, ready.replicate, connected_);
  forward_answers_.send(*ports_.transport);
  answer_reads(ready);
  control_answers_.send(*ports_.transport);
  applier_.advance(ready.apply_through);
  if (ready.configuration) {
    adopt_configuration(*ready.configuration);
  }
  finish_changes(ready.changes);
  follow_membership();
  for (const core::Step& step : ready.steps) {
    trace_.add(clock_, step);
  }
  carry_out_snapshots(ready);
  core_deadline_ = ready.deadline;
}

void Engine::mark_stages(Instant now, IndexRange handed_over) {
  if (led_term_.is_set()) {
    stages_.handed_over(now, led_term_, handed_over);
    if (stages_.awaits_others()) {
      stages_.replicated(now, raft_->replicated_index());
    }
  }
}

void Engine::send_messages(std::vector<core::Envelope> messages) {
  sender_.release(persister_.completed());
  for (core::Envelope& envelope : messages) {
    const WriteId after = persister_.storage_id(envelope.after);
    sender_.post(std::move(envelope), after, persister_.completed());
  }
}

void Engine::adopt_standing(const core::Standing& standing) {
  standing_since_ = clock_;
  roster_is_stale_ = true;
  reads_.on_leader(standing.leader);
  const Term led = standing.role == core::Role::kLeader ? standing.term : Term();
  if (led != led_term_) {
    // What was under way to followers belongs to the leader of another term.
    led_term_ = led;
    replicator_.reset();
    snapshot_out_.reset();
    proposals_.drop_forwarded();
    stages_.reset();
  }
  add_event([standing](Observer& observer) { observer.on_standing(standing); }, false);
}

void Engine::tell_user() {
  const bool has_steps = ports_.observer != nullptr && steps_told_ < trace_.added();
  if (callbacks_.empty() && events_.empty() && !has_steps) {
    return;
  }
  const Instant before = now();
  callbacks_.run(options_.callbacks_per_turn, before);
  tell_steps();
  tell_events();
  turn_clock_.add_user_time(now() - before);
}

void Engine::tell_events() {
  if (events_.empty()) {
    return;
  }
  const std::deque<Event> events = std::exchange(events_, {});
  for (const Event& event : events) {
    if (ports_.observer != nullptr) {
      event.tell(*ports_.observer);
    }
  }
}

void Engine::tell_steps() {
  const std::uint64_t told = std::exchange(steps_told_, trace_.added());
  if (ports_.observer == nullptr || told == steps_told_) {
    return;
  }
  for (const TraceStep& trace : trace_.newest(steps_told_ - told)) {
    if (ports_.observer != nullptr) {
      ports_.observer->on_step(trace.at, trace.step);
    }
  }
}

void Engine::finish_turn() {
  is_in_turn_ = false;
  const Duration held = turn_clock_.held(now(), *ports_.loop);
  turn_longest_ = std::max(turn_longest_, held);
  turns_over_budget_ += held > options_.turn_budget ? std::uint64_t{1} : 0;
  if (stage_ == Stage::kDraining && callbacks_.empty()) {
    close_ports();
    return;
  }
  const bool more = core_listens() && (more_frames_ || applier_.has_work() || is_capture_due());
  if (std::exchange(is_turn_wanted_, false) || more || !callbacks_.empty() || !events_.empty()) {
    wake();
  }
  arm();
}

void Engine::arm() {
  Instant deadline = Instant::never();
  if (is_live()) {
    deadline = std::min(proposals_.next_deadline(), forwarder_.next_deadline());
    deadline = std::min({deadline, apply_retry_at_, snapshot_deadline(), reads_.next_deadline(),
                         farewell_deadline(), control_requests_.next_deadline(),
                         transfers_.next_deadline()});
    deadline = bootstrap_.is_under_way() ? deadline : std::min(deadline, core_deadline_);
  }
  ports_.loop->arm(deadline);
}

}  // namespace buoyant::node
