// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/latencies.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace buoyant {

namespace {

constexpr unsigned kSubBits = 4;
constexpr std::uint64_t kSub = std::uint64_t{1} << kSubBits;

static_assert(LatencyHistogram::kBucketMax.count() % LatencyHistogram::kUnit.count() == 0);

}  // namespace

/// A bucket ends with its bound, so that bounds are counted as "not longer than".
std::size_t LatencyHistogram::bucket_of(std::uint64_t units) noexcept {
  if (units < kSub) {
    return units;
  }
  const auto shift = static_cast<unsigned>(std::bit_width(units)) - kSubBits - 1;
  return shift * kSub + (units >> shift);
}

Duration LatencyHistogram::bound_of(std::size_t bucket) noexcept {
  const std::uint64_t shift = bucket < kSub ? 0 : bucket / kSub - 1;
  const std::uint64_t units = (bucket - shift * kSub + 1) << shift;
  return kUnit * static_cast<std::int64_t>(units);
}

void LatencyHistogram::record(Duration value, std::uint64_t count) noexcept {
  value = std::max(value, Duration(0));
  count_ += count;
  sum_ += value * static_cast<std::int64_t>(count);
  longest_ = count > 0 ? std::max(longest_, value) : longest_;
  if (value <= kBucketMax) {
    const std::int64_t units = value.count() > 0 ? (value.count() - 1) / kUnit.count() : 0;
    buckets_[bucket_of(static_cast<std::uint64_t>(units))] += count;
  }
}

Duration LatencyHistogram::percentile(double percent) const noexcept {
  BUOYANT_ASSERT(percent >= 0);
  BUOYANT_ASSERT(percent <= 100);
  const auto rank =
      static_cast<std::uint64_t>(std::ceil(percent / 100 * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += buckets_[bucket];
    if (seen > 0 && seen >= rank) {
      return std::min(bound_of(bucket), longest_);
    }
  }
  return longest_;
}

std::uint64_t LatencyHistogram::count_through(Duration limit) const noexcept {
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < kBuckets && bound_of(bucket) <= limit; ++bucket) {
    seen += buckets_[bucket];
  }
  return seen;
}

LatencyHistogram LatencyHistogram::since(const LatencyHistogram& earlier) const noexcept {
  LatencyHistogram result;
  result.count_ = count_ - earlier.count_;
  result.sum_ = sum_ - earlier.sum_;
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    BUOYANT_ASSERT(buckets_[bucket] >= earlier.buckets_[bucket]);
    result.buckets_[bucket] = buckets_[bucket] - earlier.buckets_[bucket];
    seen += result.buckets_[bucket];
    if (result.buckets_[bucket] > 0) {
      result.longest_ = std::min(bound_of(bucket), longest_);
    }
  }
  if (seen < result.count_) {
    result.longest_ = longest_;
  }
  return result;
}

}  // namespace buoyant
