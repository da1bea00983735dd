// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/closed_loop.h"

#include <utility>

namespace buoyant::bench {

ClosedLoop::ClosedLoop(Node& node, const Work& work, Meter::Say say, Done done, StageClock* stages)
    : work_(work),
      done_(std::move(done)),
      caller_(
          node, work, [this](auto sent, bool is_well) { on_ended(sent, is_well); }, stages),
      meter_(node, work, std::move(say)) {}

void ClosedLoop::start() {
  for (std::uint64_t i = 0; i < work_.outstanding && !is_lost_; ++i) {
    call();
  }
}

void ClosedLoop::call() {
  if (caller_.call(Clock::now())) {
    ++outstanding_;
  } else {
    // The window is below the node's bounds: only a lost leader refuses.
    is_lost_ = true;
  }
}

void ClosedLoop::on_ended(Clock::time_point sent, bool is_well) {
  --outstanding_;
  is_lost_ = is_lost_ || !is_well;
  const Clock::time_point now = Clock::now();
  // Counted is what ended while it was measured, however early it began.
  if (meter_.is_measuring() && !is_over_ && is_well) {
    meter_.record(now - sent);
    ++committed_;
  }
  meter_.tell(now);
  if (meter_.has_ended() && !is_over_ && !is_lost_) {
    is_over_ = true;
    done_(meter_.point(committed_));
  }
  if (!is_over_ && !is_lost_) {
    call();
  }
  if (is_lost_ && !is_over_ && outstanding_ == 0) {
    is_over_ = true;
    done_(std::nullopt);
  }
}

}  // namespace buoyant::bench
