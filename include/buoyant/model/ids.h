// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The numbers of Raft as types of their own: swapping two of them does not compile.
#pragma once

#include <compare>
#include <cstdint>

namespace buoyant {

/// A number with a name. Zero means "none" for every kind.
template <class Tag>
class StrongId {
 public:
  constexpr StrongId() noexcept = default;

  constexpr explicit StrongId(std::uint64_t value) noexcept : value_(value) {}

  [[nodiscard]] constexpr std::uint64_t value() const noexcept { return value_; }

  /// True unless it is zero, "none".
  [[nodiscard]] constexpr bool is_set() const noexcept { return value_ != 0; }

  /// The following number.
  [[nodiscard]] constexpr StrongId next() const noexcept { return StrongId(value_ + 1); }

  friend constexpr auto operator<=>(StrongId, StrongId) noexcept = default;

 private:
  std::uint64_t value_ = 0;
};

/// A term (§3.3). Zero: before the first election.
using Term = StrongId<struct TermTag>;
/// A server's identity, for ever; its address is only a hint. Zero: none.
using ServerId = StrongId<struct ServerIdTag>;
/// A write to storage, numbered from one in the order of submission. Zero: none.
using WriteId = StrongId<struct WriteIdTag>;
/// A replicated log among several that share connections and storage. Zero is the only one so far.
using GroupId = StrongId<struct GroupIdTag>;
/// A round of heartbeats in a term (§6.4). Zero: none.
using Round = StrongId<struct RoundTag>;

/// A position in the log, from one. Zero: before the first entry.
class Index {
 public:
  constexpr Index() noexcept = default;

  constexpr explicit Index(std::uint64_t value) noexcept : value_(value) {}

  [[nodiscard]] constexpr std::uint64_t value() const noexcept { return value_; }

  [[nodiscard]] constexpr bool is_set() const noexcept { return value_ != 0; }

  [[nodiscard]] constexpr Index next() const noexcept { return Index(value_ + 1); }

  /// Requires: this is not zero.
  [[nodiscard]] constexpr Index previous() const noexcept { return Index(value_ - 1); }

  friend constexpr auto operator<=>(Index, Index) noexcept = default;

  friend constexpr Index operator+(Index index, std::uint64_t count) noexcept {
    return Index(index.value_ + count);
  }

  /// The number of entries in (right, left]. Requires: left >= right.
  friend constexpr std::uint64_t operator-(Index left, Index right) noexcept {
    return left.value_ - right.value_;
  }

 private:
  std::uint64_t value_ = 0;
};

/// The largest index and term that a message may carry; leaves room for arithmetic.
inline constexpr std::uint64_t kNumberMax = std::uint64_t{1} << 62U;

/// An entry's place and age. Ordered by term, then index, so that "at least as up to date"
/// (§3.6.1) is `>=`.
struct LogPosition {
  Term term;
  Index index;

  friend constexpr auto operator<=>(const LogPosition&, const LogPosition&) noexcept = default;
};

static_assert(sizeof(Term) == 8);
static_assert(sizeof(Index) == 8);
static_assert(sizeof(LogPosition) == 16);

}  // namespace buoyant
