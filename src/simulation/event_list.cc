// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/event_list.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <tuple>

namespace buoyant::simulation {

namespace {

struct Event {
  Instant at;
  bool is_return = false;
  std::uint32_t operation = 0;
};

std::vector<Event> events_of(const std::vector<Interval>& intervals) {
  std::vector<Event> events;
  events.reserve(2 * intervals.size());
  for (std::uint32_t operation = 0; operation < intervals.size(); ++operation) {
    const Interval& interval = intervals[operation];
    BUOYANT_ASSERT(interval.invoked <= interval.returned);
    if (operation > 0) {
      BUOYANT_ASSERT(intervals[operation - 1].returned <= interval.returned);
    }
    events.push_back({interval.invoked, false, operation});
    events.push_back({interval.returned, true, operation});
  }
  std::sort(events.begin(), events.end(), [](const Event& left, const Event& right) {
    return std::tie(left.at, left.is_return, left.operation) <
           std::tie(right.at, right.is_return, right.operation);
  });
  return events;
}

}  // namespace

EventList::EventList(const std::vector<Interval>& intervals)
    : calls_(intervals.size()), returns_(intervals.size()) {
  const std::vector<Event> events = events_of(intervals);
  nodes_.resize(events.size() + 1);
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    const Place place = i + 1;
    nodes_[place].operation = event.operation;
    nodes_[place].is_call = !event.is_return;
    (event.is_return ? returns_ : calls_)[event.operation] = place;
  }
  for (Place place = 0; place < nodes_.size(); ++place) {
    const Place next = (place + 1) % nodes_.size();
    nodes_[place].next = next;
    nodes_[next].previous = place;
  }
}

EventList::Place EventList::first_return() const noexcept {
  Place place = first();
  while (is_call(place)) {
    place = after(place);
  }
  return place;
}

void EventList::take_out(std::uint32_t operation) noexcept {
  unlink(calls_[operation]);
  unlink(returns_[operation]);
}

void EventList::put_back(std::uint32_t operation) noexcept {
  link(returns_[operation]);
  link(calls_[operation]);
}

void EventList::unlink(Place place) noexcept {
  const Node& node = nodes_[place];
  nodes_[node.previous].next = node.next;
  nodes_[node.next].previous = node.previous;
}

void EventList::link(Place place) noexcept {
  const Node& node = nodes_[place];
  nodes_[node.previous].next = place;
  nodes_[node.next].previous = place;
}

}  // namespace buoyant::simulation
