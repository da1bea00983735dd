// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What is counted of power cuts.

#include "tests/disk/power_cut.h"

#include <sstream>

namespace buoyant::disk {

CutFigures& CutFigures::operator+=(const CutFigures& other) {
  for (std::size_t kind = 0; kind < kCutKinds; ++kind) {
    for (std::size_t column = 0; column < kCutColumns; ++column) {
      counts.at(kind).at(column) += other.counts.at(kind).at(column);
    }
  }
  lives += other.lives;
  kills += other.kills;
  points += other.points;
  whole_points += other.whole_points;
  events += other.events;
  lies += other.lies;
  return *this;
}

std::uint64_t CutFigures::images() const {
  std::uint64_t sum = 0;
  for (const auto& row : counts) {
    sum += row.at(static_cast<std::size_t>(CutColumn::kImages));
  }
  return sum;
}

std::string CutFigures::text() const {
  std::ostringstream text;
  text << "| image | made | pages of data.mdb pending | pages of snapshots pending | sizes pending "
          "| names pending | writes under way | second cut |\n|---|---|---|---|---|---|---|---|\n";
  std::array<std::uint64_t, kCutColumns> sums{};
  for (std::size_t kind = 0; kind < kCutKinds; ++kind) {
    text << "| " << cut_name(static_cast<CutKind>(kind)) << " |";
    for (std::size_t column = 0; column < kCutColumns; ++column) {
      const std::uint64_t count = counts.at(kind).at(column);
      sums.at(column) += count;
      text << ' ' << count << " |";
    }
    text << '\n';
  }
  text << "| **sum** |";
  for (const std::uint64_t sum : sums) {
    text << ' ' << sum << " |";
  }
  text << "\n\n"
       << lives << " lives, " << kills << " of them killed; " << events
       << " recorded events; power cut at " << points << " points, at " << whole_points
       << " of them with all subsets of the pages\n";
  return text.str();
}

}  // namespace buoyant::disk
