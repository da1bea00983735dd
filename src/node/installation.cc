// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/installation.h"

#include <utility>
#include <vector>

namespace buoyant::node {

std::optional<SnapshotMetadata> Installation::step(StateMachine* state_machine) {
  if (store_ == nullptr || state_machine == nullptr) {
    return std::nullopt;
  }
  std::optional<SnapshotMetadata> installed;
  if (running_ && running_->result) {
    installed = finish();
  }
  const bool waits = retry_at_ != Instant::never() && host_.snapshot_now() < retry_at_;
  if (wanted_ && !running_ && !waits) {
    begin(*state_machine);
  }
  return installed;
}

void Installation::begin(StateMachine& state_machine) {
  retry_at_ = Instant::never();
  std::shared_ptr<SnapshotTarget> target = state_machine.install();
  if (target == nullptr) {
    wanted_.reset();
    host_.on_snapshot_fault("the state machine does not take snapshots in",
                            Error(Errc::kNotReady, "StateMachine::install"));
    return;
  }
  running_ = Running{.snapshot = *std::exchange(wanted_, std::nullopt), .target = target};
  store_->install(running_->snapshot.id, target, [this](Result<void> result) {
    running_->result = result;
    host_.on_snapshot_progress();
  });
}

std::optional<SnapshotMetadata> Installation::finish() {
  Running running = *std::exchange(running_, std::nullopt);
  Result<void> result = *running.result;
  if (!result && result.error().code() == Errc::kBusy) {
    // The store has enough to do: a later one is as good.
    retry_at_ = host_.snapshot_now() + retry_delay_;
    wanted_ = wanted_ ? std::move(wanted_) : std::move(running.snapshot);
    return std::nullopt;
  }
  if (result) {
    result = running.target->finish();
  }
  if (result) {
    return std::move(running.snapshot);
  }
  if (!wanted_) {
    host_.on_snapshot_fault("a snapshot could not be installed", result.error());
  }
  return std::nullopt;
}

std::vector<SnapshotId> Installation::files() const {
  std::vector<SnapshotId> ids;
  if (wanted_) {
    ids.push_back(wanted_->id);
  }
  if (running_) {
    ids.push_back(running_->snapshot.id);
  }
  return ids;
}

}  // namespace buoyant::node
