// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What is kept of a run for a picture of it: its last events, and how things stood before them.
#pragma once

#include "buoyant/simulation/simulation.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace buoyant::sim_tool {

/// Bounded in events and in their words; a violation ends its run, so it is always among the last
/// ones.
class Recording {
 public:
  static constexpr std::size_t kEventsMaxDefault = 200'000;
  /// Of the details of all kept events together.
  static constexpr std::size_t kTextBytesMax = std::size_t{16} << 20U;
  /// Of one detail: what is longer is cut off.
  static constexpr std::size_t kDetailBytesMax = 500;
  /// That of a violation tells of every server.
  static constexpr std::size_t kViolationBytesMax = 20'000;

  /// Requires: events_max > 0.
  explicit Recording(std::size_t events_max = kEventsMaxDefault) : events_max_(events_max) {}

  void add(const simulation::TraceEvent& event);

  /// The last ones, in order.
  [[nodiscard]] const std::deque<simulation::TraceEvent>& events() const noexcept {
    return events_;
  }

  /// Of the events before those, in order, what still told at their end how things stood: of every
  /// server, link and client the last event of each kind that changes its state.
  [[nodiscard]] std::vector<simulation::TraceEvent> before() const;

  /// How many events are not in events().
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  /// Kind, server, and which link, client or trouble of it.
  using Subject = std::tuple<std::string, std::uint64_t, std::uint64_t, std::string>;

  void drop_first();

  std::size_t events_max_;
  std::deque<simulation::TraceEvent> events_;
  std::size_t text_bytes_ = 0;
  std::uint64_t dropped_ = 0;
  /// With the number of the event.
  std::map<Subject, std::pair<std::uint64_t, simulation::TraceEvent>> before_;
};

}  // namespace buoyant::sim_tool
