// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Where the time of a proposal goes at the leader, seen from outside the node: when it was
/// called, when its entry was given to the storage, when that was durable here, when it was given
/// to the state machine - committed, that is - and when its callback ran.
#pragma once

#include "buoyant/model/ids.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

namespace buoyant::bench {

/// Loop thread only.
class StageClock {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  /// A write with entries through `last`.
  void on_submitted(WriteId id, Index last, Instant now);

  /// All writes through that one are durable.
  void on_durable(WriteId through, Instant now);

  /// Entries through `last` are given to the state machine.
  void on_applying(Index last, Instant now);

  /// The callback of a proposal that was called then. Indexes ascend.
  void on_ended(Index index, Instant called, Instant now);

  /// Forgets the sums.
  void reset();

  /// Mean microseconds by the name of the stage, which begins with its place. Empty: nothing ended.
  [[nodiscard]] std::map<std::string, double> means_us() const;

 private:
  struct Write {
    WriteId id;
    Index last;
    Instant submitted;
    Instant durable;
    bool is_durable = false;
  };

  struct Batch {
    Index last;
    Instant begin;
  };

  static constexpr std::size_t kStages = 4;

  std::deque<Write> writes_;
  std::deque<Batch> batches_;
  std::array<double, kStages> sums_us_{};
  std::uint64_t ended_ = 0;
};

}  // namespace buoyant::bench
