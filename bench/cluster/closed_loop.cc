// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/closed_loop.h"

#include <fstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

namespace buoyant::bench {

namespace {

double seconds_of(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Memory that is not clean file cache.
double private_mib() {
  std::ifstream smaps("/proc/self/smaps_rollup");
  std::string word;
  while (smaps >> word) {
    if (word == "Private_Dirty:") {
      double kib = 0;
      smaps >> kib;
      return kib / 1024;
    }
  }
  return 0;
}

}  // namespace

ClosedLoop::ClosedLoop(Node& node, const Work& work, Done done)
    : node_(node), work_(work), done_(std::move(done)) {
  const Clock::time_point now = Clock::now();
  measure_at_ = now + std::chrono::duration_cast<Clock::duration>(
                          std::chrono::duration<double>(work.warmup_seconds));
  end_at_ = measure_at_ + std::chrono::duration_cast<Clock::duration>(
                              std::chrono::duration<double>(work.seconds));
}

void ClosedLoop::start() {
  for (std::uint64_t i = 0; i < work_.outstanding && !lost_; ++i) {
    call();
  }
}

Result<void> ClosedLoop::read(Clock::time_point sent) {
  return node_.read(ReadMode::kLinearizable, [this, sent](const Result<Index>& outcome) {
    on_done(sent, outcome.has_value());
  });
}

Result<void> ClosedLoop::propose(Clock::time_point sent) {
  Buffer buffer(work_.payload);
  for (std::size_t i = 0; i < work_.payload; ++i) {
    buffer.data()[i] = static_cast<std::byte>(i);
  }
  return node_.propose(
      std::move(buffer).freeze(work_.payload),
      [this, sent](const Result<Applied>& outcome) { on_done(sent, outcome.has_value()); });
}

void ClosedLoop::call() {
  const Clock::time_point sent = Clock::now();
  const Result<void> accepted = work_.reads ? read(sent) : propose(sent);
  if (accepted) {
    ++outstanding_;
  } else {
    // The window is far below the node's bounds: only a lost leader refuses.
    ++failed_;
    lost_ = true;
  }
}

void ClosedLoop::on_done(Clock::time_point sent, bool is_done) {
  --outstanding_;
  const Clock::time_point now = Clock::now();
  if (!is_done) {
    ++failed_;
    lost_ = true;
  }
  if (now >= measure_at_ && !before_) {
    begin_measuring(now);
  }
  // Counted is what ended while it was measured, however early it began.
  if (before_ && !ending_ && is_done) {
    histogram_.record(static_cast<std::uint64_t>((now - sent).count()));
  }
  if (now >= end_at_ && before_ && !ending_) {
    finish(now);
  }
  if (!ending_ && !lost_) {
    call();
  }
  if (outstanding_ == 0 && lost_) {
    done_(std::nullopt);
  }
}

void ClosedLoop::begin_measuring(Clock::time_point now) {
  before_ = node_.status();
  cpu_before_ = cpu_seconds();
  measure_at_ = now;
}

void ClosedLoop::finish(Clock::time_point now) {
  ending_ = true;
  const NodeStatus after = node_.status();
  Point point;
  point.reads = work_.reads;
  point.at_follower = work_.at_follower;
  point.payload = work_.payload;
  point.outstanding = work_.outstanding;
  point.committed = histogram_.total();
  point.failed = failed_;
  point.seconds = seconds_of(now - measure_at_);
  point.proposals_per_second = static_cast<double>(point.committed) / point.seconds;
  point.p50_us = histogram_.quantile_us(5000);
  point.p99_us = histogram_.quantile_us(9900);
  point.p999_us = histogram_.quantile_us(9990);
  point.turn_longest_us = static_cast<double>(after.turn_longest.count()) / 1000;
  point.turns_over_budget = after.turns_over_budget - before_->turns_over_budget;
  point.commits_per_second =
      static_cast<double>(after.storage.commits - before_->storage.commits) / point.seconds;
  point.leader_cpu = (cpu_seconds() - cpu_before_) / point.seconds;
  point.leader_rss_mib = private_mib();
  done_(point);
}

}  // namespace buoyant::bench
