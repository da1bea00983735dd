// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the parts of a node that handle snapshots ask of the rest of it. Their stores call back
/// outside of turns: what they are told is noted, and acted on in the turn.
#pragma once

#include "buoyant/base/error.h"
#include "buoyant/base/time.h"
#include "buoyant/core/raft.h"

namespace buoyant::node {

class SnapshotHost {
 public:
  SnapshotHost() = default;
  SnapshotHost(const SnapshotHost&) = delete;
  SnapshotHost& operator=(const SnapshotHost&) = delete;

  /// Null: it takes no part, now or any more; what was called back is dropped.
  [[nodiscard]] virtual core::Raft* snapshot_raft() noexcept = 0;
  [[nodiscard]] virtual Instant snapshot_now() noexcept = 0;
  /// Something can go on in the next turn.
  virtual void on_snapshot_progress() noexcept = 0;
  /// Something that an operator should see. Static text.
  virtual void on_snapshot_trouble(ServerId peer, const char* what, Error error) noexcept = 0;
  /// A snapshot came in as a whole, and replaced the log in memory or was not needed any more.
  virtual void on_snapshot_received(bool replaces_log) noexcept = 0;
  /// The server cannot go on.
  virtual void on_snapshot_fault(const char* why, Error error) noexcept = 0;

 protected:
  ~SnapshotHost() = default;
};

}  // namespace buoyant::node
