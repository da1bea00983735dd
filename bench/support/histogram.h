// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A histogram of latencies with relative buckets: quantiles are right to about one percent,
/// whatever the range, and recording costs a few instructions.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace buoyant::bench {

class Histogram {
 public:
  void record(std::uint64_t nanoseconds) noexcept {
    ++counts_[bucket_of(nanoseconds)];
    ++total_;
  }

  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

  /// The value that `permille10` ten-thousandths of the records do not exceed, in microseconds.
  [[nodiscard]] double quantile_us(std::uint64_t ten_thousandths) const noexcept {
    const std::uint64_t rank = (total_ * ten_thousandths + 9999) / 10000;
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
      seen += counts_[bucket];
      if (seen >= rank && seen > 0) {
        return static_cast<double>(middle_of(bucket)) / 1000.0;
      }
    }
    return 0;
  }

 private:
  static constexpr unsigned kSubBits = 6;
  static constexpr std::uint64_t kSub = std::uint64_t{1} << kSubBits;

  /// Values below kSub have a bucket each; above, every power of two has kSub.
  static std::size_t bucket_of(std::uint64_t value) noexcept {
    if (value < kSub) {
      return value;
    }
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - kSubBits - 1;
    return (shift + 1) * kSub + ((value >> shift) - kSub);
  }

  static std::uint64_t middle_of(std::size_t bucket) noexcept {
    if (bucket < kSub) {
      return bucket;
    }
    const std::uint64_t shift = bucket / kSub - 1;
    return ((bucket % kSub + kSub) << shift) + ((std::uint64_t{1} << shift) >> 1U);
  }

  std::array<std::uint64_t, (64 - kSubBits + 1) * kSub> counts_{};
  std::uint64_t total_ = 0;
};

}  // namespace buoyant::bench
