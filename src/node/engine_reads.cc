// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Reads of the user and of followers: asked for in the turn, answered when applied.

#include "node/engine.h"

#include <utility>

namespace buoyant::node {

Result<void> Engine::read(ReadMode mode, ReadDone done) {
  const Context context(*this);
  if (stage_ != Stage::kRunning) {
    return fail(Errc::kStopped);
  }
  if (raft_->fault_reason() != nullptr) {
    return fail(Errc::kFaulted, raft_->fault_reason());
  }
  if (raft_->is_removed() && !raft_->is_leader()) {
    return fail(Errc::kNoLeader, kRemovedText);
  }
  if (!reads_.has_room()) {
    return fail(Errc::kBusy, "reads_max");
  }
  reads_.add(mode, std::move(done), now());
  wake();
  return {};
}

Staleness Engine::staleness() {
  const Instant present = now();
  const Instant as_of = reads_.as_of();
  const bool never = as_of == Instant();
  if (is_live() && (never || present - as_of >= options_.heartbeat_interval)) {
    reads_.refresh(present);
    wake();
  }
  return {.applied = applier_.applied(), .age = never ? Duration::max() : present - as_of};
}

void Engine::ask_core_for_reads() {
  if (raft_->is_leader()) {
    reads_.ask_here(now(), *raft_);
  }
}

void Engine::ask_leader_for_reads() {
  const ServerId leader = raft_->standing().leader;
  if (raft_->is_leader()) {
    if (reads_.can_ask_here()) {
      wake();
    }
  } else if (leader.is_set() && connected_.contains(leader)) {
    reads_.ask(now(), leader, *ports_.codec, *ports_.transport);
  }
}

void Engine::answer_reads(const core::Ready& ready) {
  for (const core::ReadGrant& grant : ready.reads) {
    reads_.on_granted(grant);
    read_answers_.on_granted(grant);
  }
  if (ready.reads_ended_through != 0) {
    reads_.on_ended(ready.reads_ended_through);
    read_answers_.on_ended(ready.reads_ended_through);
  }
  read_answers_.send(*ports_.transport);
}

}  // namespace buoyant::node
