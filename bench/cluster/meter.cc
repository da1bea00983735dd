// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/meter.h"

#include <array>
#include <cmath>
#include <utility>

namespace buoyant::bench {

namespace {

/// Percentages at which a distribution is drawn.
constexpr std::array<double, 14> kPercentages = {0,  1,  5,  10,   25,   50,    75,
                                                 90, 95, 99, 99.5, 99.9, 99.99, 100};

std::vector<std::array<double, 2>> distribution_of(const Histogram& histogram) {
  std::vector<std::array<double, 2>> distribution;
  distribution.reserve(kPercentages.size());
  for (const double percent : kPercentages) {
    distribution.push_back(
        {percent, histogram.quantile_us(static_cast<std::uint64_t>(std::lround(percent * 100)))});
  }
  return distribution;
}

Meter::Clock::duration duration_of(double seconds) {
  return std::chrono::duration_cast<Meter::Clock::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

Meter::Meter(Node& node, const Work& work, Say say)
    : node_(node),
      work_(work),
      say_(std::move(say)),
      begin_(Clock::now() + duration_of(work.warmup_seconds)),
      end_(begin_ + duration_of(work.seconds)) {}

void Meter::tell(Clock::time_point now) {
  // An open loop has a schedule; a closed one measures from call to call.
  const bool is_open = work_.rate > 0;
  if (state_ == State::kWarmingUp && now >= begin_) {
    state_ = State::kMeasuring;
    begin_ = is_open ? begin_ : now;
    end_ = begin_ + duration_of(work_.seconds);
    before_ = node_.status();
    say_("BEGIN");
  } else if (state_ == State::kMeasuring && now >= end_) {
    state_ = State::kEnded;
    end_ = is_open ? end_ : now;
    after_ = node_.status();
    say_("END");
  }
}

Point Meter::point(std::uint64_t committed) const {
  const std::chrono::duration<double> took = end_ - begin_;
  Point point;
  point.call = work_.call;
  point.at_follower = work_.at_follower;
  point.payload = work_.payload;
  point.outstanding = work_.rate > 0 ? 0 : work_.outstanding;
  point.rate = work_.rate;
  point.committed = committed;
  point.seconds = took.count();
  point.proposals_per_second = static_cast<double>(committed) / point.seconds;
  point.p50_us = histogram_.quantile_us(5000);
  point.p99_us = histogram_.quantile_us(9900);
  point.p999_us = histogram_.quantile_us(9990);
  point.latency = distribution_of(histogram_);
  point.turn_longest_us = static_cast<double>(after_.turn_longest.count()) / 1000;
  point.turns_over_budget = after_.turns_over_budget - before_.turns_over_budget;
  point.commits_per_second =
      static_cast<double>(after_.storage.commits - before_.storage.commits) / point.seconds;
  return point;
}

}  // namespace buoyant::bench
