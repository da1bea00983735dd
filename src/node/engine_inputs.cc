// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the ports report: told to the core at once, acted on in the turn.

#include "node/engine.h"

#include <utility>

namespace buoyant::node {

void Engine::on_written(WriteId through, port::WriteOutcome outcome, Error error) noexcept {
  if (!is_live()) {
    return;
  }
  const Context context(*this);
  const Instant present = now();
  const std::optional<WriteId> of_core = persister_.on_written(through, outcome);
  write_times_.completed(present, through, outcome == port::WriteOutcome::kDurable,
                         latencies_.storage_write);
  if (outcome == port::WriteOutcome::kFailed) {
    fault_error_ = error;
    raft_->fault(present, "a write to storage failed");
    wake();
    return;
  }
  // How much is left is known anew with each write.
  space_due_ = {};
  if (bootstrap_.is_completed_by(through)) {
    finish_bootstrap(outcome);
  } else if (of_core) {
    if (peers_write_.is_set() && *of_core >= peers_write_) {
      on_peers_written();
    }
    const bool durable = outcome == port::WriteOutcome::kDurable;
    raft_->written(present, *of_core, durable ? core::Written::kDurable : core::Written::kNoSpace);
    stages_.durable(present, raft_->durable_index());
    if (!durable) {
      cache_.truncate(raft_->last().index.next());
    }
  }
  wake();
}

void Engine::on_damage(const port::StorageDamage& damage) noexcept {
  static constexpr const char* kText =
      "stored data is damaged; remove this server from the cluster and add it again with an empty "
      "directory";
  // Not a fault: nothing that was promised depends on it yet (decision 0018).
  add_event(
      [damage](Observer& observer) {
        observer.on_trouble(ServerId(), kText,
                            std::string(damage.what) + " " + std::to_string(damage.at));
      },
      false);
  wake();
}

bool Engine::on_frame(ServerId peer, port::Channel channel, ReceivedFrame frame) noexcept {
  if (!core_listens()) {
    return true;
  }
  if (!links_.began_alike(peer)) {
    // One of the two was bootstrapped after the handshake; the next one refuses, with the reason.
    return false;
  }
  if (channel == port::Channel::kRequest && links_.is_removed(peer)) {
    // It connected when it was a member. The next handshake tells it.
    return false;
  }
  const bool is_answer =
      channel == port::Channel::kReply || channel == port::Channel::kSnapshotReply;
  if (is_answer && links_.peers().is_pending(peer)) {
    // Lost, for all that follows: it might be a vote, and who it is of is not written down yet.
    return true;
  }
  const Context context(*this);
  Receiver::Outcome outcome = receiver_.receive(now(), *raft_, peer, channel, frame);
  if (!outcome.acceptable) {
    frames_malformed_ += 1;
    add_event(
        [peer, wrong = outcome.wrong](Observer& observer) {
          observer.on_trouble(peer, "a frame of a peer is malformed", wrong);
        },
        true);
    return false;
  }
  if (outcome.first_entry_checksum) {
    links_.set_bootstrap(*outcome.first_entry_checksum);
  }
  if (outcome.forward) {
    accept_forwarded(peer, *outcome.forward, std::move(outcome.payloads));
  }
  if (outcome.forward_reply) {
    accept_answer(peer, *outcome.forward_reply);
  }
  accept_snapshot(peer, outcome);
  if (outcome.read_request) {
    read_answers_.accept(now(), peer, *outcome.read_request, *raft_);
  }
  if (outcome.read_reply) {
    reads_.on_reply(now(), peer, *outcome.read_reply);
  }
  if (outcome.control) {
    accept_control(peer, *outcome.control);
  }
  if (outcome.control_reply) {
    control_requests_.on_reply(peer, *outcome.control_reply);
  }
  wake();
  return true;
}

void Engine::on_trouble(ServerId peer, const char* what, const std::string& detail) noexcept {
  add_event([peer, what, detail](Observer& observer) { observer.on_trouble(peer, what, detail); },
            true);
}

void Engine::apply(std::vector<Command> commands, ApplyDone done) noexcept {
  if (ports_.state_machine == nullptr) {
    return;
  }
  const Instant before = now();
  ports_.state_machine->apply(std::move(commands), std::move(done));
  turn_clock_.add_user_time(now() - before);
}

void Engine::on_applied(LogPosition position, const Bytes& reply) noexcept {
  proposals_.applied(position, reply);
  compaction_.note_applied(applier_.bytes_applied());
  if (forwarder_.awaits_answers()) {
    replies_.add(position, reply);
  }
}

void Engine::on_apply_progress() noexcept {
  wake();
}

void Engine::on_apply_failed(Error error) noexcept {
  if (is_live()) {
    fault_error_ = error;
    raft_->fault(now(), "a committed entry could not be read");
    wake();
  }
}

}  // namespace buoyant::node
