// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Snapshots on their way into the state machine, at opening and from a leader (§5.2): never two
/// at once (S20), and nothing is applied meanwhile (S16).
///
/// The store writes the parts into the target on a worker; the switch to the new state is made
/// on the loop, between applies. A state machine that cannot take it in has no way on: the log
/// before it is gone. That is a fault.
#pragma once

#include "buoyant/model/snapshot.h"
#include "buoyant/port/snapshot_store.h"
#include "node/snapshot_host.h"

#include <functional>
#include <memory>
#include <optional>

namespace buoyant::node {

/// Owned by the engine, which lives until the store is closed.
class Installation {
 public:
  /// `store` may be null: nothing is ever installed then.
  Installation(port::SnapshotStore* store, Duration retry_delay, SnapshotHost& host)
      : store_(store), retry_delay_(retry_delay), host_(host) {}

  /// This is to be installed, in place of any that was not begun.
  void want(SnapshotMetadata snapshot) { wanted_ = std::move(snapshot); }

  /// True: nothing may be applied.
  [[nodiscard]] bool is_pending() const noexcept {
    return wanted_.has_value() || running_.has_value();
  }

  /// The work of one turn. `state_machine` is null when its user has taken it away.
  /// Requires: no batch is at the state machine.
  /// Gives the snapshot whose state is in effect since this call, if any.
  std::optional<SnapshotMetadata> step(StateMachine* state_machine);

  /// When a refused request is tried again; Instant::never(): none waits.
  [[nodiscard]] Instant retry_at() const noexcept { return retry_at_; }

  /// What is wanted or being installed, for the files that must stay.
  [[nodiscard]] std::vector<SnapshotId> files() const;

 private:
  struct Running {
    SnapshotMetadata snapshot;
    std::shared_ptr<SnapshotTarget> target;
    std::optional<Result<void>> result;
  };

  void begin(StateMachine& state_machine);
  std::optional<SnapshotMetadata> finish();

  port::SnapshotStore* store_;
  Duration retry_delay_;
  SnapshotHost& host_;
  std::optional<SnapshotMetadata> wanted_;
  std::optional<Running> running_;
  Instant retry_at_ = Instant::never();
};

}  // namespace buoyant::node
