// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/peers/libraft_loop.h"

#include "bench/peers/timing.h"

#include <cstddef>
#include <utility>

namespace buoyant::bench {

LibraftLoop::LibraftLoop(raft& raft, const Work& work, Done done)
    : raft_(raft),
      work_(work),
      done_(std::move(done)),
      requests_(work.outstanding),
      measure_at_(Clock::now() + duration_of(work.warmup_seconds)),
      end_at_(measure_at_ + duration_of(work.seconds)) {}

void LibraftLoop::start() {
  for (Request& request : requests_) {
    request.loop = this;
    request.apply.data = &request;
    propose(request);
  }
}

void LibraftLoop::propose(Request& request) {
  // Owned by libraft once it is accepted.
  raft_buffer buffer{.base = raft_malloc(work_.payload), .len = work_.payload};
  auto* bytes = static_cast<std::byte*>(buffer.base);
  for (std::size_t i = 0; i < work_.payload; ++i) {
    bytes[i] = static_cast<std::byte>(i);
  }
  request.sent = Clock::now();
  if (raft_apply(&raft_, &request.apply, &buffer, 1, on_applied) != 0) {
    raft_free(buffer.base);
    lose();
  }
}

void LibraftLoop::on_applied(LibraftApply* apply, int status, void* /*result*/) {
  auto* request = static_cast<Request*>(apply->data);
  request->loop->on_done(*request, status == 0);
}

void LibraftLoop::on_done(Request& request, bool is_done) {
  if (ended_) {
    return;
  }
  if (!is_done) {
    lose();
    return;
  }
  const Clock::time_point now = Clock::now();
  if (now >= measure_at_ && !measuring_) {
    begin_measuring(now);
  }
  // Counted is what ended while it was measured, however early it began.
  if (measuring_) {
    histogram_.record(static_cast<std::uint64_t>((now - request.sent).count()));
  }
  if (now >= end_at_ && measuring_) {
    finish(now);
    return;
  }
  propose(request);
}

void LibraftLoop::begin_measuring(Clock::time_point now) {
  measuring_ = true;
  measure_at_ = now;
  cpu_before_ = process_cpu_seconds();
}

void LibraftLoop::finish(Clock::time_point now) {
  ended_ = true;
  Point point;
  point.payload = work_.payload;
  point.outstanding = work_.outstanding;
  point.committed = histogram_.total();
  point.seconds = std::chrono::duration<double>(now - measure_at_).count();
  point.proposals_per_second = static_cast<double>(point.committed) / point.seconds;
  point.p50_us = histogram_.quantile_us(5000);
  point.p99_us = histogram_.quantile_us(9900);
  point.p999_us = histogram_.quantile_us(9990);
  point.leader_cpu = (process_cpu_seconds() - cpu_before_) / point.seconds;
  done_(point);
}

void LibraftLoop::lose() {
  if (!ended_) {
    ended_ = true;
    done_(std::nullopt);
  }
}

}  // namespace buoyant::bench
