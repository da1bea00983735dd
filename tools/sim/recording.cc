// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/sim/recording.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace buoyant::sim_tool {

namespace {

using simulation::TraceEvent;

/// Kinds that say how a server, a link or a client stands from now on.
constexpr std::array kOfServers = {
    "start",      "crash",         "close",      "closed",   "lost",      "faulted",   "standing",
    "state",      "pause",         "strand",     "resume",   "slow_disk", "full_disk", "corrupt",
    "stuck_disk", "configuration", "hard_state", "low_disk", "heal"};
constexpr std::array kOfNumbers = {"cut", "join", "call", "returned"};
constexpr std::array kOfDetails = {"well_disk"};

template <class Kinds>
bool is_one_of(const Kinds& kinds, std::string_view what) {
  return std::find(kinds.begin(), kinds.end(), what) != kinds.end();
}

/// At most `bytes_max` of it, with a mark where it was cut.
void cut(std::string& text, std::size_t bytes_max) {
  if (text.size() > bytes_max) {
    text.resize(bytes_max);
    text += " ...";
  }
}

}  // namespace

void Recording::add(const TraceEvent& event) {
  events_.push_back(event);
  std::string& detail = events_.back().detail;
  cut(detail, std::string_view(event.what) == "violation" ? kViolationBytesMax : kDetailBytesMax);
  text_bytes_ += detail.size();
  while (events_.size() > events_max_ || text_bytes_ > kTextBytesMax) {
    drop_first();
  }
}

void Recording::drop_first() {
  TraceEvent event = std::move(events_.front());
  events_.pop_front();
  text_bytes_ -= event.detail.size();
  ++dropped_;
  const bool of_number = is_one_of(kOfNumbers, event.what);
  const bool of_detail = is_one_of(kOfDetails, event.what);
  if (!of_number && !of_detail && !is_one_of(kOfServers, event.what)) {
    return;
  }
  Subject subject{event.what, event.server.value(), of_number ? event.numbers.at(0) : 0,
                  of_detail ? event.detail : std::string()};
  before_.insert_or_assign(std::move(subject), std::pair(dropped_, std::move(event)));
}

std::vector<TraceEvent> Recording::before() const {
  std::vector<std::pair<std::uint64_t, const TraceEvent*>> numbered;
  for (const auto& [subject, last] : before_) {
    numbered.emplace_back(last.first, &last.second);
  }
  std::sort(numbered.begin(), numbered.end());
  std::vector<TraceEvent> ordered;
  ordered.reserve(numbered.size());
  for (const auto& [number, event] : numbered) {
    ordered.push_back(*event);
  }
  return ordered;
}

}  // namespace buoyant::sim_tool
