// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The calls and returns of operations in the order of time, from which those that are put into
/// an order are taken out, and put back when the search goes back.
///
/// The operations that may come next are those whose call stands before the first return that is
/// left: every other one was invoked after some operation of the rest had returned.
#pragma once

#include "buoyant/base/time.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace buoyant::simulation {

/// From the call of an operation to its return.
struct Interval {
  Instant invoked;
  Instant returned;
};

/// A list with two events for each operation. Operations are named by their number in the
/// vector from which it was made.
class EventList {
 public:
  /// A place in the list. Zero: its end.
  using Place = std::size_t;
  static constexpr Place kEnd = 0;

  /// Events at equal times: calls come first, so that such operations are concurrent.
  /// Requires: the intervals ascend in their time of return, and none ends before it begins.
  explicit EventList(const std::vector<Interval>& intervals);

  [[nodiscard]] Place first() const noexcept { return nodes_[kEnd].next; }

  [[nodiscard]] Place after(Place place) const noexcept { return nodes_[place].next; }

  [[nodiscard]] bool is_call(Place place) const noexcept { return nodes_[place].is_call; }

  [[nodiscard]] std::uint32_t operation(Place place) const noexcept {
    return nodes_[place].operation;
  }

  /// The first return that is left, or the end.
  [[nodiscard]] Place first_return() const noexcept;

  /// Requires: both events of the operation are in the list.
  void take_out(std::uint32_t operation) noexcept;

  /// Requires: this operation was taken out last, of those that are out.
  void put_back(std::uint32_t operation) noexcept;

 private:
  struct Node {
    Place previous = kEnd;
    Place next = kEnd;
    std::uint32_t operation = 0;
    bool is_call = false;
  };

  void unlink(Place place) noexcept;
  void link(Place place) noexcept;

  /// The end, then the events as they follow each other.
  std::vector<Node> nodes_;
  std::vector<Place> calls_;
  std::vector<Place> returns_;
};

}  // namespace buoyant::simulation
