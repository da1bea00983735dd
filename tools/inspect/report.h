// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a verification found.
#pragma once

#include "adapters/lmdb/page_walk.h"

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace buoyant::inspect_tool {

/// One place that is not what it should be. Ordered, so that each is told once.
struct Damage {
  /// "file", "pages", "values", "log" or "snapshots".
  std::string part;
  std::string what;
  /// The entries that it concerns: [index, last].
  std::optional<std::uint64_t> index = std::nullopt;
  std::optional<std::uint64_t> last = std::nullopt;
  /// Of data.mdb.
  std::optional<std::uint64_t> page = std::nullopt;
  /// Of a snapshot: its file, and where in its contents.
  std::string file = {};
  std::optional<std::uint64_t> offset = std::nullopt;

  friend auto operator<=>(const Damage&, const Damage&) = default;
};

/// "log: entries 5 to 9: ... (page 17)".
std::string text_of(const Damage& damage);

struct Report {
  std::set<Damage> damages;
  /// What is no damage, but may be of interest.
  std::vector<std::string> notes;
  std::uint64_t values = 0;
  std::uint64_t records = 0;
  std::uint64_t entries = 0;
  std::uint64_t log_bytes = 0;
  /// Of which it is known what they are for.
  std::uint64_t pages = 0;
  std::uint64_t snapshots = 0;
  std::uint64_t snapshot_bytes = 0;
  double seconds = 0;

  void add(Damage damage) { damages.insert(std::move(damage)); }

  void add(const std::string& part, const std::vector<lmdb::PageDamage>& pages);

  [[nodiscard]] bool is_clean() const noexcept { return damages.empty(); }

  [[nodiscard]] double mebibytes_per_second() const noexcept;
};

std::string to_text(const Report& report);

/// One object, in several lines.
std::string to_json(const Report& report);

/// Told how many more bytes were read.
using OnProgress = std::function<void(std::uint64_t bytes)>;

}  // namespace buoyant::inspect_tool
