// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The search for an order of the operations of one key: depth first, from the beginning on,
/// one operation with a reply after the other (Wing and Gong).
///
/// Between two of them, operations of unknown outcome may take effect. They are tried only when
/// no operation with a reply fits, fewest first, and only where they change the state: what
/// has no effect need not be in the order. Each such choice is a point of the frame, and a frame
/// is the place in the order before an operation with a reply.
#pragma once

#include "buoyant/simulation/history.h"
#include "simulation/event_list.h"
#include "simulation/state_table.h"
#include "simulation/visited_configurations.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::simulation {

/// What the search for an order came to.
struct OrderFound {
  enum class Verdict : std::uint8_t { kFound, kNone, kGivenUp };

  Verdict verdict = Verdict::kNone;
  /// The order, or the longest that could be begun: with the operations of unknown outcome that
  /// take effect in it.
  Operations order;
  /// The state after it.
  std::string state;
  std::uint64_t configurations = 0;
};

/// One search. Borrows the operations and the specification for its life.
class OrderSearch {
 public:
  /// Requires: `operations` are in the order in which they were invoked.
  OrderSearch(const Operations& operations, const Specification& specification,
              std::uint64_t configurations_max);

  /// Once.
  [[nodiscard]] OrderFound run();

 private:
  /// A state to go on from: that of the frame, or one to which effects of unknown outcome lead.
  struct Point {
    StateNumber state = StateTable::kInitial;
    /// Of the whole order.
    EffectSet effects;
    /// The point of the same frame that it comes from, and by which effect; the first has none.
    std::size_t parent = 0;
    std::uint32_t effect = 0;
  };

  /// An operation that fits at a point, and the state after it.
  struct Move {
    std::uint32_t operation = 0;
    StateNumber state = StateTable::kInitial;
  };

  struct Frame {
    OrderedSet ordered;
    /// When the first operation returned that is not in the order: what was invoked later
    /// cannot be next.
    Instant first_return;
    /// Breadth first. The last is the one that is being tried.
    std::vector<Point> points;
    std::size_t next_parent = 0;
    std::uint32_t next_effect = 0;
    std::vector<Move> moves;
    std::size_t next_move = 0;
    /// The operation that was last put into the order from here.
    std::uint32_t taken = 0;
  };

  void enter(OrderedSet ordered, StateNumber state, EffectSet effects);
  bool try_move();
  bool try_effect();
  bool go_back();

  void find_moves(Frame& frame);
  [[nodiscard]] std::optional<Point> point_after(const Frame& frame, std::size_t parent,
                                                 std::uint32_t effect);
  void put_into_order(std::uint32_t operation);
  void take_from_order(std::uint32_t operation);
  [[nodiscard]] OrderedSet ordered_set() const;
  [[nodiscard]] Operations order() const;

  std::uint64_t configurations_max_;
  /// With a reply, in the order in which they returned.
  Operations known_;
  /// Of unknown outcome, in the order in which they were invoked.
  Operations unknown_;
  /// For each of these, the previous one with the same command, if any.
  std::vector<std::optional<std::uint32_t>> twins_;
  StateTable states_;
  EventList events_;
  std::vector<bool> is_ordered_;
  std::size_t ordered_ = 0;
  std::vector<Frame> frames_;
  VisitedConfigurations visited_;
  OrderFound longest_;
  std::size_t longest_ordered_ = 0;
};

}  // namespace buoyant::simulation
