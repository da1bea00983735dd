// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// When a server takes a snapshot of its own state machine, and how much of the log it keeps
/// behind it (§5.1). Each server does so by itself.
///
/// One at a time. A failed one leaves the log as it is and is tried again after a growing delay.
/// The tail that is kept lets a follower that is a little behind go on from the log.
///
/// While space is low the log is the first to make room: no tail is kept, and the first snapshot is
/// due at a 256th of the policy's entries or bytes, each further one at twice as much as the one
/// before.
#pragma once

#include "buoyant/base/error.h"
#include "buoyant/base/time.h"
#include "buoyant/model/ids.h"
#include "buoyant/model/message.h"
#include "buoyant/node_options.h"

#include <cstdint>
#include <optional>

namespace buoyant::node {

/// Owned by the engine.
class Compaction {
 public:
  explicit Compaction(const NodeOptions& options);

  /// Entries were applied: `bytes_applied` of payload in all since the start.
  void note_applied(std::uint64_t bytes_applied) noexcept { bytes_applied_ = bytes_applied; }

  /// True: a snapshot is to be taken as soon as no batch is at the state machine.
  [[nodiscard]] bool is_due(Instant now, Index applied, Index snapshot) const noexcept;

  /// What there is for the log.
  void note_space(SpaceState space) noexcept;

  /// Someone asked for one, whatever the policy says.
  void want() noexcept { wanted_ = true; }

  /// The state was captured at `position`, now it is being written.
  void begin(LogPosition position, Index snapshot) noexcept;

  [[nodiscard]] bool is_under_way() const noexcept { return position_.index.is_set(); }

  /// It is durable, and covers what was applied when it began.
  void succeeded() noexcept;

  void failed(Instant now, Error error) noexcept;

  /// A snapshot of the leader took its place: counts anew.
  void on_installed() noexcept { bytes_at_snapshot_ = bytes_applied_; }

  /// Where the log may be compacted behind a snapshot at `position`; `sending` is the earliest
  /// position of those that are being sent, which may hold the log up within a bound.
  [[nodiscard]] Index compact_through(Index position, std::optional<Index> sending) const noexcept;

  /// When a failed one is tried again; Instant::never(): nothing waits.
  [[nodiscard]] Instant retry_at() const noexcept { return retry_at_; }

  [[nodiscard]] std::uint64_t taken() const noexcept { return taken_; }

  [[nodiscard]] std::uint64_t failures() const noexcept { return failures_; }

  /// Why the last one failed; nullopt: it did not.
  [[nodiscard]] std::optional<Error> error() const noexcept { return error_; }

 private:
  std::uint64_t entries_;
  std::uint64_t bytes_;
  std::uint64_t tail_entries_;
  std::uint64_t tail_bytes_;
  std::uint64_t sending_entries_;
  Duration retry_min_;

  bool wanted_ = false;
  SpaceState space_ = SpaceState::kEnough;
  /// The policy's entries and bytes are halved so many times.
  unsigned halvings_ = 0;
  LogPosition position_;
  std::uint64_t bytes_applied_ = 0;
  std::uint64_t bytes_at_snapshot_ = 0;
  std::uint64_t bytes_at_capture_ = 0;
  /// Of the log between the last two snapshots: what an entry takes, on average.
  std::uint64_t bytes_per_entry_ = 0;
  Duration retry_delay_{0};
  Instant retry_at_ = Instant::never();
  std::uint64_t taken_ = 0;
  std::uint64_t failures_ = 0;
  std::optional<Error> error_;
};

}  // namespace buoyant::node
