// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Which receipt belongs to which sending: what arrows are drawn from.
#pragma once

#include "buoyant/simulation/trace.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace buoyant::sim_tool {

/// What became of a frame, and where it came from.
struct Fate {
  /// Of a sending: the first event that received it. Of a receipt: the sending. Nothing: it never
  /// arrived, or was sent before the first event.
  std::optional<std::size_t> other;
  /// Of a sending: a fault lost it. Of a receipt: it was received before.
  bool is_lost_or_again = false;

  friend bool operator==(const Fate&, const Fate&) = default;
};

/// For each event its fate; that of others than "send" and "receive" is empty.
///
/// A frame is known by its ends and its checksum. Of two equal ones the first that arrives is taken
/// for the first that was sent and not lost.
[[nodiscard]] std::vector<Fate> match_messages(const std::deque<simulation::TraceEvent>& events);

}  // namespace buoyant::sim_tool
