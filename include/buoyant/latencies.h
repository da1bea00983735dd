// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Latencies: how long proposals, reads and writes took, as histograms of fixed size.
///
/// Values: a copy belongs to whoever took it, on any thread. Nothing allocates. All of them count
/// from the opening of the node on; the difference of two copies (`since`) is what happened
/// between.
#pragma once

#include "buoyant/base/time.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace buoyant {

/// Counts of durations in buckets: 250 ns wide up to 4 us, beyond that 16 to each doubling, up to
/// 67 s. So what is read from it is at most 6.25 % (or 250 ns) too long. Longer ones are counted
/// without a bucket.
class LatencyHistogram {
 public:
  static constexpr Duration kUnit = std::chrono::nanoseconds(250);
  static constexpr std::size_t kBuckets = 400;
  /// Beyond that there is no bucket: 2^26 us.
  static constexpr Duration kBucketMax = std::chrono::microseconds(std::int64_t{1} << 26U);

  /// Negative ones count as zero.
  void record(Duration value, std::uint64_t count = 1) noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

  /// Of all that were recorded.
  [[nodiscard]] Duration sum() const noexcept { return sum_; }

  [[nodiscard]] Duration longest() const noexcept { return longest_; }

  /// What `percent` of a hundred of the records do not exceed; zero when there are none.
  /// Requires: percent in [0, 100].
  [[nodiscard]] Duration percentile(double percent) const noexcept;

  /// How many are not longer than `limit`: exact when that is a power of two in microseconds, and
  /// otherwise those of whole buckets.
  [[nodiscard]] std::uint64_t count_through(Duration limit) const noexcept;

  /// What was recorded after `earlier` was copied from the same histogram. Its longest() is that
  /// of the whole time when it is among them, else the bound of its bucket.
  [[nodiscard]] LatencyHistogram since(const LatencyHistogram& earlier) const noexcept;

  friend bool operator==(const LatencyHistogram&, const LatencyHistogram&) = default;

 private:
  [[nodiscard]] static std::size_t bucket_of(std::uint64_t units) noexcept;
  [[nodiscard]] static Duration bound_of(std::size_t bucket) noexcept;

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  Duration sum_{0};
  Duration longest_{0};
};

/// Of one node.
///
/// The stages are of proposals that this server took as the leader, from its own users and from
/// followers that forwarded them, and that were committed while it led. Disk and network work at
/// the same time, so that of a proposal of one's own
///   total = queue + max(disk, network) + apply.
/// A server that forwards its proposals does not know their stages: it has their total only. At
/// most 512 turns with proposals are looked at at a time: beyond, proposals have their total only.
struct Latencies {
  /// From the call (or the arrival of a forwarded one) until it was handed to disk and network.
  LatencyHistogram queue;
  /// From there until it was durable on this server's disk.
  LatencyHistogram disk;
  /// From there until it was durable on so many others that with this server they are a majority.
  /// Zero where no others are needed.
  LatencyHistogram network;
  /// From the later of the two, which committed it, until its callback: of this server's users
  /// only. The state machine's own time is in it.
  LatencyHistogram apply;
  /// From the call until the callback, of all proposals of this server's users that were
  /// committed, forwarded ones too.
  LatencyHistogram total;
  /// From the call until it may be read here, of reads (Node::read) that were granted.
  LatencyHistogram read;
  /// Of each write of log or hard state, on every server, from when it was given to the storage
  /// until it was durable.
  LatencyHistogram storage_write;
};

}  // namespace buoyant
