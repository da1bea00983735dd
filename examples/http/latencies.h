// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How long the last requests took.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace http {

class Latencies {
 public:
  /// Older ones are forgotten.
  static constexpr std::size_t kKeptMax = 1024;

  struct Figures {
    double p50_ms = 0;
    double p99_ms = 0;
    double max_ms = 0;

    friend bool operator==(const Figures&, const Figures&) = default;
  };

  void add(std::uint64_t nanoseconds);

  /// Of those that are kept; zeros: of none.
  [[nodiscard]] Figures figures() const;

  /// Of all.
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  std::array<std::uint64_t, kKeptMax> kept_{};
  std::uint64_t count_ = 0;
};

}  // namespace http
