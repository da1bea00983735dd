// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/stage_clock.h"

namespace buoyant::bench {

namespace {

double microseconds(StageClock::Instant from, StageClock::Instant to) {
  return std::chrono::duration<double, std::micro>(to - from).count();
}

}  // namespace

void StageClock::on_submitted(WriteId id, Index last, Instant now) {
  writes_.push_back({.id = id, .last = last, .submitted = now, .durable = now});
}

void StageClock::on_durable(WriteId through, Instant now) {
  for (Write& write : writes_) {
    if (write.id <= through && !write.is_durable) {
      write.is_durable = true;
      write.durable = now;
    }
  }
}

void StageClock::on_applying(Index last, Instant now) {
  batches_.push_back({.last = last, .begin = now});
}

void StageClock::on_ended(Index index, Instant called, Instant now) {
  while (!writes_.empty() && writes_.front().last < index) {
    writes_.pop_front();
  }
  while (!batches_.empty() && batches_.front().last < index) {
    batches_.pop_front();
  }
  if (writes_.empty() || batches_.empty() || !writes_.front().is_durable) {
    return;
  }
  const Write& write = writes_.front();
  const Batch& batch = batches_.front();
  sums_us_[0] += microseconds(called, write.submitted);
  sums_us_[1] += microseconds(write.submitted, write.durable);
  sums_us_[2] += microseconds(write.durable, batch.begin);
  sums_us_[3] += microseconds(batch.begin, now);
  ++ended_;
}

void StageClock::reset() {
  sums_us_ = {};
  ended_ = 0;
}

std::map<std::string, double> StageClock::means_us() const {
  constexpr std::array<const char*, kStages> kNames = {
      "1 until it is given to the disk", "2 the leader's disk", "3 until a majority has it",
      "4 until its callback runs"};
  std::map<std::string, double> means;
  for (std::size_t stage = 0; stage < kStages && ended_ > 0; ++stage) {
    means[kNames[stage]] = sums_us_[stage] / static_cast<double>(ended_);
  }
  return means;
}

}  // namespace buoyant::bench
