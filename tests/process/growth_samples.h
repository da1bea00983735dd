// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What servers use over time: whether it grows, a table of it, and a picture.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::process {

/// What one server used at one moment.
struct GrowthSample {
  double seconds = 0;
  std::uint64_t server = 0;
  /// One for each of kGrowthNames.
  std::array<double, 8> values = {};
};

inline constexpr std::array<std::string_view, 8> kGrowthNames = {
    "database_mib",   "database_allocated_mib",
    "snapshot_files", "snapshots_mib",
    "anonymous_mib",  "rss_mib",
    "descriptors",    "threads"};

/// By how much a value may grow and still be flat: the larger of a part and an amount.
struct GrowthBound {
  double part = 0;
  double amount = 0;
};

inline constexpr GrowthBound kNoGrowth = {};

/// For each of kGrowthNames. Memory and snapshots come and go with the snapshot that is being
/// made; the file grows in steps, of which none may be left to take after the warm-up.
inline constexpr std::array<GrowthBound, 8> kGrowthBounds = {
    {kNoGrowth, kNoGrowth, {0.0, 2}, {0.25, 4}, {0.10, 8}, {0.15, 16}, {0.0, 3}, kNoGrowth}};

/// What grew on a server from the second quarter of the time to the last, by medians; "": nothing.
/// Requires: each server has samples in both.
std::string describe_growth(const std::vector<GrowthSample>& samples);

/// The median of a value over all servers, from a part of the time to another, both in [0, 1].
double growth_median(const std::vector<GrowthSample>& samples, std::size_t value, double from,
                     double to);

std::string growth_csv(const std::vector<GrowthSample>& samples);

/// A panel for each value, a line for each server.
std::string growth_svg(const std::vector<GrowthSample>& samples);

}  // namespace buoyant::process
