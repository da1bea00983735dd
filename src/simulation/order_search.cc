// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/order_search.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

namespace buoyant::simulation {

namespace {

Operations known_of(const Operations& operations) {
  Operations known;
  std::copy_if(operations.begin(), operations.end(), std::back_inserter(known),
               [](const Operation* operation) { return operation->reply.has_value(); });
  std::stable_sort(known.begin(), known.end(), [](const Operation* left, const Operation* right) {
    return left->returned < right->returned;
  });
  return known;
}

Operations unknown_of(const Operations& operations) {
  Operations unknown;
  std::copy_if(operations.begin(), operations.end(), std::back_inserter(unknown),
               [](const Operation* operation) { return !operation->reply.has_value(); });
  return unknown;
}

std::vector<std::optional<std::uint32_t>> twins_of(const Operations& unknown) {
  std::map<std::string_view, std::uint32_t> last;
  std::vector<std::optional<std::uint32_t>> twins;
  for (std::uint32_t i = 0; i < unknown.size(); ++i) {
    const auto [found, is_new] = last.emplace(unknown[i]->command.text(), i);
    twins.push_back(is_new ? std::nullopt : std::optional(found->second));
    found->second = i;
  }
  return twins;
}

std::vector<Interval> intervals_of(const Operations& operations) {
  std::vector<Interval> intervals;
  intervals.reserve(operations.size());
  for (const Operation* operation : operations) {
    intervals.push_back({operation->invoked, operation->returned});
  }
  return intervals;
}

bool contains(const EffectSet& effects, std::uint32_t effect) {
  return std::binary_search(effects.begin(), effects.end(), effect);
}

}  // namespace

OrderSearch::OrderSearch(const Operations& operations, const Specification& specification,
                         std::uint64_t configurations_max)
    : configurations_max_(configurations_max),
      known_(known_of(operations)),
      unknown_(unknown_of(operations)),
      twins_(twins_of(unknown_)),
      states_(specification, unknown_),
      events_(intervals_of(known_)),
      is_ordered_(known_.size()) {
  BUOYANT_ASSERT(operations.size() < std::numeric_limits<std::uint32_t>::max());
  BUOYANT_ASSERT(std::is_sorted(operations.begin(), operations.end(),
                                [](const Operation* left, const Operation* right) {
                                  return left->invoked < right->invoked;
                                }));
}

OrderFound OrderSearch::run() {
  enter(ordered_set(), StateTable::kInitial, {});
  while (ordered_ < known_.size()) {
    if (visited_.size() >= configurations_max_) {
      longest_.verdict = OrderFound::Verdict::kGivenUp;
      longest_.configurations = visited_.size();
      return std::move(longest_);
    }
    if (!try_move() && !try_effect() && !go_back()) {
      longest_.verdict = OrderFound::Verdict::kNone;
      longest_.configurations = visited_.size();
      return std::move(longest_);
    }
  }
  return {OrderFound::Verdict::kFound, order(), states_.text(frames_.back().points.front().state),
          visited_.size()};
}

/// Requires: what `ordered` says is so.
void OrderSearch::enter(OrderedSet ordered, StateNumber state, EffectSet effects) {
  Frame frame;
  if (ordered.first_missing < known_.size()) {
    frame.first_return = known_[ordered.first_missing]->returned;
  }
  frame.ordered = std::move(ordered);
  frame.points.push_back({state, std::move(effects)});
  find_moves(frame);
  frames_.push_back(std::move(frame));
}

/// Puts the next operation that fits into the order, unless this leads where we have been.
/// False: there is none.
bool OrderSearch::try_move() {
  Frame& frame = frames_.back();
  if (frame.next_move == frame.moves.size()) {
    return false;
  }
  const Move move = frame.moves[frame.next_move];
  frame.next_move += 1;
  frame.taken = move.operation;
  put_into_order(move.operation);
  OrderedSet ordered = ordered_set();
  EffectSet effects = frame.points.back().effects;
  if (visited_.add(ordered, move.state, effects)) {
    enter(std::move(ordered), move.state, std::move(effects));
  } else {
    take_from_order(move.operation);
  }
  return true;
}

/// Goes to the next state to which operations of unknown outcome lead. False: there is none.
bool OrderSearch::try_effect() {
  Frame& frame = frames_.back();
  while (frame.next_parent < frame.points.size()) {
    const bool is_open = frame.next_effect < unknown_.size() &&
                         unknown_[frame.next_effect]->invoked <= frame.first_return;
    if (!is_open) {
      frame.next_parent += 1;
      frame.next_effect = 0;
      continue;
    }
    auto point = point_after(frame, frame.next_parent, frame.next_effect);
    frame.next_effect += 1;
    if (point && visited_.add(frame.ordered, point->state, point->effects)) {
      frame.points.push_back(std::move(*point));
      find_moves(frame);
      return true;
    }
  }
  return false;
}

/// Takes the last operation out of the order again. False: there is none.
bool OrderSearch::go_back() {
  if (ordered_ > longest_ordered_) {
    longest_ordered_ = ordered_;
    longest_.order = order();
    longest_.state = states_.text(frames_.back().points.front().state);
  }
  frames_.pop_back();
  if (frames_.empty()) {
    return false;
  }
  take_from_order(frames_.back().taken);
  return true;
}

void OrderSearch::find_moves(Frame& frame) {
  const StateNumber state = frame.points.back().state;
  frame.moves.clear();
  frame.next_move = 0;
  for (auto place = events_.first(); events_.is_call(place); place = events_.after(place)) {
    const std::uint32_t operation = events_.operation(place);
    if (const auto next = states_.after_reply(state, *known_[operation])) {
      frame.moves.push_back({operation, *next});
    }
  }
  // What only looks at a state is best served while it lasts.
  std::stable_partition(frame.moves.begin(), frame.moves.end(),
                        [&](const Move& move) { return move.state == state; });
}

/// Nothing: this effect is no choice there.
std::optional<OrderSearch::Point> OrderSearch::point_after(const Frame& frame, std::size_t parent,
                                                           std::uint32_t effect) {
  const Point& from = frame.points[parent];
  // Both of two equal commands stay open for ever: which of them takes effect makes no difference.
  const bool is_twin = twins_[effect] && !contains(from.effects, *twins_[effect]);
  if (is_twin || contains(from.effects, effect)) {
    return std::nullopt;
  }
  const StateNumber state = states_.after_effect(from.state, effect);
  // Most effects overwrite what was before: then the others before it were not needed. visited_
  // would say the same, but this is asked for each pair of effects at each place in the order.
  const bool is_shorter_alone =
      parent != 0 && state == states_.after_effect(frame.points.front().state, effect);
  if (state == from.state || is_shorter_alone) {
    return std::nullopt;
  }
  Point point{state, from.effects, parent, effect};
  point.effects.insert(std::upper_bound(point.effects.begin(), point.effects.end(), effect),
                       effect);
  return point;
}

void OrderSearch::put_into_order(std::uint32_t operation) {
  events_.take_out(operation);
  is_ordered_[operation] = true;
  ordered_ += 1;
}

void OrderSearch::take_from_order(std::uint32_t operation) {
  events_.put_back(operation);
  is_ordered_[operation] = false;
  ordered_ -= 1;
}

OrderedSet OrderSearch::ordered_set() const {
  OrderedSet set;
  const auto place = events_.first_return();
  set.first_missing = place == EventList::kEnd ? static_cast<std::uint32_t>(known_.size())
                                               : events_.operation(place);
  std::size_t ahead = ordered_ - set.first_missing;
  for (std::uint32_t operation = set.first_missing; ahead > 0; ++operation) {
    if (is_ordered_[operation]) {
      set.ahead.push_back(operation);
      ahead -= 1;
    }
  }
  return set;
}

Operations OrderSearch::order() const {
  Operations order;
  for (std::size_t i = 0; i + 1 < frames_.size(); ++i) {
    const Frame& frame = frames_[i];
    const std::size_t begin = order.size();
    for (std::size_t at = frame.points.size() - 1; at != 0; at = frame.points[at].parent) {
      order.push_back(unknown_[frame.points[at].effect]);
    }
    std::reverse(order.begin() + static_cast<std::ptrdiff_t>(begin), order.end());
    order.push_back(known_[frame.taken]);
  }
  return order;
}

}  // namespace buoyant::simulation
