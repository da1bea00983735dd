// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Port: the user's state machine (§3.5).
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/result.h"
#include "buoyant/model/ids.h"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace buoyant {

/// A committed command. It owns its bytes.
struct Command {
  Index index;
  Term term;
  Bytes payload;

  friend bool operator==(const Command&, const Command&) = default;
};

/// Tells the node that a batch is applied. May be kept, moved, called later from the loop
/// thread, or never: it may outlive the node, and does nothing then. Once.
///
/// `replies`, if not empty, has one element per command of the batch: what the proposer on this
/// server gets as `Applied::reply`.
class ApplyDone {
 public:
  using Function = std::function<void(std::vector<Bytes> replies)>;

  ApplyDone() = default;

  explicit ApplyDone(Function function) : function_(std::move(function)) {}

  void operator()(std::vector<Bytes> replies = {}) {
    if (Function function = std::exchange(function_, nullptr)) {
      function(std::move(replies));
    }
  }

 private:
  Function function_;
};

/// A frozen view of a state machine (§5), made on the loop by capture() and read by a worker. It
/// owns what it reads, or shares what nobody changes: a worker that hangs in the disk may be left
/// behind with it, and it outlives the state machine then.
class SnapshotSource {
 public:
  SnapshotSource() = default;
  SnapshotSource(const SnapshotSource&) = delete;
  SnapshotSource& operator=(const SnapshotSource&) = delete;
  /// [any thread] After the last read.
  virtual ~SnapshotSource() = default;

  /// [worker] The next part of at most `bytes_max` bytes; empty at the end.
  virtual Result<Bytes> read(std::size_t bytes_max) noexcept = 0;
};

/// Takes a snapshot in: parts on a worker, then one switch on the loop.
///
/// Until finish() it owns what it writes into, and touches the state machine in nothing: the
/// worker may hang in the disk and be left behind with it, beyond the end of the state machine.
class SnapshotTarget {
 public:
  SnapshotTarget() = default;
  SnapshotTarget(const SnapshotTarget&) = delete;
  SnapshotTarget& operator=(const SnapshotTarget&) = delete;
  /// [any thread] On the worker when it was left behind; without finish() nothing has changed.
  virtual ~SnapshotTarget() = default;

  /// [worker] The next part. Errors end the installation.
  virtual Result<void> write(ByteView chunk) noexcept = 0;

  /// [loop] After the last part, once: the state is that of the snapshot from here on. After an
  /// error it is what it was.
  virtual Result<void> finish() noexcept = 0;
};

/// What is replicated: commands applied in log order, the same on every server. Owned by the
/// user, borrowed by the node until its close callback; after that it is called no more.
/// Loop thread, never inside a call of the user.
class StateMachine {
 public:
  StateMachine() = default;
  StateMachine(const StateMachine&) = delete;
  StateMachine& operator=(const StateMachine&) = delete;
  virtual ~StateMachine() = default;

  /// Applies commands in order. The next batch comes after `done` was called. Must not fail: a
  /// command that makes no sense is answered in the reply.
  virtual void apply(std::vector<Command> commands, ApplyDone done) noexcept = 0;

  /// Freezes the state at once, between applies. Null: this state machine takes no snapshots,
  /// its log is kept whole.
  virtual std::unique_ptr<SnapshotSource> capture() noexcept { return nullptr; }

  /// Begins to replace the state. Null: it cannot.
  virtual std::unique_ptr<SnapshotTarget> install() noexcept { return nullptr; }

  /// The last entry whose effect is durable in this state machine itself, as it was when the
  /// node opened: the node gives it nothing up to there again, snapshots neither. Zero for one
  /// in memory, which is rebuilt from the snapshot and the log at each start.
  [[nodiscard]] virtual Index applied() const noexcept { return {}; }
};

}  // namespace buoyant
