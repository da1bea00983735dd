// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Events of a run, made by hand.
#pragma once

#include "buoyant/simulation/trace.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::sim_tool {

inline simulation::TraceEvent event(std::int64_t ms, std::uint64_t server, const char* what,
                                    std::vector<std::uint64_t> numbers = {},
                                    std::string detail = {}) {
  return {.at = Instant(std::chrono::milliseconds(ms)),
          .server = ServerId(server),
          .what = what,
          .detail = std::move(detail),
          .numbers = std::move(numbers)};
}

/// A heartbeat, known by its checksum.
inline simulation::TraceEvent sent(std::int64_t ms, std::uint64_t from, std::uint64_t to,
                                   std::uint64_t checksum) {
  return event(ms, from, "send", {to, checksum, 7}, "to " + std::to_string(to) + ": heartbeat");
}

inline simulation::TraceEvent received(std::int64_t ms, std::uint64_t from, std::uint64_t to,
                                       std::uint64_t checksum) {
  return event(ms, to, "receive", {from, checksum, 7},
               "from " + std::to_string(from) + ": heartbeat");
}

}  // namespace buoyant::sim_tool
