// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A closed loop: a fixed number of calls outstanding, each replaced by the next one when it has
/// ended; of a proposal, when it is committed and applied.
#pragma once

#include "bench/cluster/load.h"
#include "bench/cluster/meter.h"

#include <cstdint>
#include <functional>

namespace buoyant::bench {

class ClosedLoop final : public Load {
 public:
  /// `node` outlives it, and so does `stages`: see Caller.
  ClosedLoop(Node& node, const Work& work, Meter::Say say, Done done, StageClock* stages = nullptr);

  /// Fills the window.
  void start() override;

 private:
  void call();
  void on_ended(Clock::time_point sent, bool is_well);

  Work work_;
  Done done_;
  Caller caller_;
  Meter meter_;
  std::uint64_t committed_ = 0;
  std::uint64_t outstanding_ = 0;
  bool is_over_ = false;
  bool is_lost_ = false;
};

}  // namespace buoyant::bench
