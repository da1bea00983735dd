// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How long writes take until they are durable.
#pragma once

#include "buoyant/latencies.h"
#include "buoyant/model/ids.h"
#include "node/smoothed.h"

#include <array>
#include <cstddef>

namespace buoyant::node {

/// Owned by the engine.
class WriteTimes {
 public:
  /// Of writes that are under way; further ones are not measured.
  static constexpr std::size_t kWritesMax = 256;

  /// Requires: ids ascend.
  void submitted(Instant now, WriteId id) noexcept {
    if (end_ - begin_ < kWritesMax) {
      at(end_++) = {.id = id, .since = now};
    }
  }

  /// Everything up to `through` is over; durable ones are recorded.
  void completed(Instant now, WriteId through, bool durable, LatencyHistogram& histogram) noexcept {
    for (; begin_ < end_ && at(begin_).id <= through; ++begin_) {
      if (durable) {
        const Duration taken = now - at(begin_).since;
        histogram.record(taken);
        recent_ = smoothed(recent_, taken);
      }
    }
  }

  /// Zero: none was durable yet.
  [[nodiscard]] Duration recent() const noexcept { return recent_; }

 private:
  struct Write {
    WriteId id;
    Instant since;
  };

  Write& at(std::size_t sequence) noexcept { return writes_[sequence % kWritesMax]; }

  std::array<Write, kWritesMax> writes_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  Duration recent_{0};
};

}  // namespace buoyant::node
