// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/stale_loop.h"

#include <utility>

namespace buoyant::bench {

StaleLoop::StaleLoop(uv_loop_t& loop, Node& node, const Work& work, Meter::Say say, Done done)
    : loop_(loop),
      node_(node),
      done_(std::move(done)),
      batch_(work.outstanding),
      meter_(node, work, std::move(say)) {}

void StaleLoop::start() {
  uv_idle_init(&loop_, &idle_);
  idle_.data = this;
  uv_idle_start(&idle_, [](uv_idle_t* idle) { static_cast<StaleLoop*>(idle->data)->ask(); });
}

void StaleLoop::ask() {
  const Clock::time_point begin = Clock::now();
  meter_.tell(begin);
  if (meter_.has_ended()) {
    uv_close(reinterpret_cast<uv_handle_t*>(&idle_), nullptr);
    done_(meter_.point(answered_));
    return;
  }
  std::uint64_t known = 0;
  for (std::uint64_t i = 0; i < batch_; ++i) {
    known += node_.staleness().age < Duration::max() ? 1U : 0U;
  }
  if (meter_.is_measuring()) {
    // A server that knows nothing of the age of what it holds gave no answer.
    answered_ += known;
    meter_.record((Clock::now() - begin) / static_cast<Clock::rep>(batch_));
  }
}

}  // namespace buoyant::bench
