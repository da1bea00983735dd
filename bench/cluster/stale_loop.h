// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Reads of what is here, however old: they only ask how old it may be, so a server answers as
/// fast as it is asked. A batch of them is one iteration of the loop.
#pragma once

#include "bench/cluster/load.h"
#include "bench/cluster/meter.h"

#include <uv.h>

#include <cstdint>

namespace buoyant::bench {

class StaleLoop final : public Load {
 public:
  /// `node` and `loop` outlive it.
  StaleLoop(uv_loop_t& loop, Node& node, const Work& work, Meter::Say say, Done done);

  void start() override;

 private:
  void ask();

  uv_loop_t& loop_;
  Node& node_;
  Done done_;
  std::uint64_t batch_;
  Meter meter_;
  uv_idle_t idle_{};
  std::uint64_t answered_ = 0;
};

}  // namespace buoyant::bench
