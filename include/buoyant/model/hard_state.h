// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a server must remember across restarts besides the log (§3.3, Figure 3.1), and who it is.
#pragma once

#include "buoyant/model/ids.h"

#include <cstdint>
#include <string>

namespace buoyant {

/// The current term and the vote in it, always stored together (E4).
struct HardState {
  Term term;
  ServerId voted_for;

  friend bool operator==(const HardState&, const HardState&) = default;
};

/// Whose data a directory holds. Made once at creation, except for the start fields.
struct Identity {
  std::string cluster;
  ServerId server;
  /// Random, made with the directory: another value means another (wiped or copied) directory.
  std::uint64_t incarnation = 0;
  /// How often the directory was opened; durable before the first hello of a run.
  std::uint64_t start_counter = 0;
  /// Random at each start: equal counters with different ids mean a copied directory.
  std::uint64_t start_id = 0;

  friend bool operator==(const Identity&, const Identity&) = default;
};

/// The longest cluster id in bytes; it is not empty.
inline constexpr std::size_t kClusterBytesMax = 255;

}  // namespace buoyant
