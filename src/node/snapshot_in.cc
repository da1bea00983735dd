// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/snapshot_in.h"

#include <utility>

namespace buoyant::node {

namespace {

/// Questions and parts at the store at once; half of what it takes.
constexpr std::size_t kPendingMax = port::kSnapshotRequestsMax / 2;
/// Answers that wait for a write. Beyond it the oldest is forgotten, the leader asks again.
constexpr std::size_t kHeldBackMax = 64;

}  // namespace

void SnapshotIn::receive(ServerId from, const InstallSnapshot& message, Bytes part) {
  core::Raft* raft = host_.snapshot_raft();
  if (raft == nullptr) {
    return;
  }
  const core::SnapshotOffer offer =
      raft->snapshot_offered(host_.snapshot_now(), from, message.term, message.snapshot);
  if (raft->fault_reason() != nullptr) {
    return;
  }
  if (offer.progress != InstallProgress::kWanted) {
    progress_.under_way = false;
    answer(from, message, offer, offer.progress, 0);
    return;
  }
  if (ports_.store == nullptr) {
    answer(from, message, offer, InstallProgress::kRefused, 0);
    host_.on_snapshot_trouble(from, "a snapshot came, and there is no place for it",
                              Error(Errc::kNotReady, "NodePorts::snapshots"));
    return;
  }
  if (progress_.snapshot.id != message.snapshot.id) {
    progress_ = {.from = from, .snapshot = message.snapshot};
  }
  progress_.from = from;
  progress_.under_way = true;
  // One part is always taken: the leader's parts may be larger than all that we like to have.
  const bool is_full = pending_ > 0 && pending_bytes_ + part.size() > bytes_max_;
  if (pending_ >= kPendingMax || is_full) {
    answer(from, message, offer, InstallProgress::kWanted, progress_.held);
    return;
  }
  const bool is_question = part.empty() && message.snapshot.bytes > 0;
  pending_ += 1;
  is_question ? ask_store(from, message) : give_to_store(from, message, std::move(part));
}

void SnapshotIn::ask_store(ServerId from, const InstallSnapshot& message) {
  ports_.store->held(message.snapshot, [this, from, message](Result<std::uint64_t> held) {
    pending_ -= 1;
    on_held(from, message, held);
  });
}

void SnapshotIn::give_to_store(ServerId from, const InstallSnapshot& message, Bytes part) {
  const std::size_t bytes = part.size();
  pending_bytes_ += bytes;
  // A slice of a large receive buffer would keep all of it alive.
  ports_.store->receive(message.snapshot, message.offset, part.compacted(),
                        [this, from, message, bytes](Result<std::uint64_t> held) {
                          pending_ -= 1;
                          pending_bytes_ -= bytes;
                          on_held(from, message, held);
                        });
}

void SnapshotIn::on_held(ServerId from, const InstallSnapshot& message,
                         Result<std::uint64_t> held) {
  core::Raft* raft = host_.snapshot_raft();
  if (raft == nullptr) {
    return;
  }
  host_.on_snapshot_progress();
  const bool is_current = progress_.snapshot.id == message.snapshot.id;
  if (held && is_current) {
    progress_.held = *held;
  }
  if (held && *held == message.snapshot.bytes) {
    complete(from, message);
    return;
  }
  // The term may have changed while the store was at work.
  const core::SnapshotOffer offer = raft->snapshot_offer(message.term, message.snapshot);
  if (offer.progress != InstallProgress::kWanted) {
    answer(from, message, offer, offer.progress, 0);
  } else if (held) {
    answer(from, message, offer, InstallProgress::kWanted, *held);
  } else if (held.error().code() == Errc::kBusy) {
    answer(from, message, offer, InstallProgress::kWanted, is_current ? progress_.held : 0);
  } else {
    progress_.held = is_current ? 0 : progress_.held;
    progress_.under_way = progress_.under_way && !is_current;
    answer(from, message, offer, InstallProgress::kRefused, 0);
    host_.on_snapshot_trouble(from, "a snapshot could not be taken in", held.error());
  }
}

void SnapshotIn::complete(ServerId from, const InstallSnapshot& message) {
  core::Raft& raft = *host_.snapshot_raft();
  progress_.under_way = false;
  const Instant now = host_.snapshot_now();
  host_.on_snapshot_received(raft.snapshot_received(now, from, message.term, message.snapshot));
  // Now the core has all that it covers, or is in a later term.
  const core::SnapshotOffer offer = raft.snapshot_offer(message.term, message.snapshot);
  if (raft.fault_reason() == nullptr) {
    answer(from, message, offer, offer.progress, message.snapshot.bytes);
  }
}

void SnapshotIn::answer(ServerId to, const InstallSnapshot& message,
                        const core::SnapshotOffer& offer, InstallProgress progress,
                        std::uint64_t offset) {
  if (held_back_.size() >= kHeldBackMax) {
    held_back_.pop_front();
  }
  held_back_.push_back({.to = to,
                        .after = offer.after,
                        .reply = {.term = offer.term,
                                  .snapshot = message.snapshot.id,
                                  .progress = progress,
                                  .offset = offset}});
  host_.on_snapshot_progress();
}

void SnapshotIn::release(WriteId durable) {
  while (!held_back_.empty() && held_back_.front().after <= durable) {
    const Answer& next = held_back_.front();
    // A full queue or a missing connection loses it: the leader asks again.
    (void)ports_.transport.send(next.to, port::Channel::kSnapshotReply,
                                ports_.codec.encode(GroupId(), next.reply));
    held_back_.pop_front();
  }
}

}  // namespace buoyant::node
