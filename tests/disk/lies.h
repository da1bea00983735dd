// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Syncs that never happened: code broken on purpose, without touching the code.
#pragma once

#include "tests/disk/model.h"

#include <cstdint>
#include <optional>
#include <string>

namespace buoyant::disk {

enum class Lie : std::uint8_t {
  kNone,
  kDataFlush,          ///< fdatasync of data.mdb while pages of it are pending.
  kMetaFlush,          ///< O_DSYNC of data.mdb's meta pages.
  kGrowth,             ///< fdatasync of data.mdb after it was allocated ahead.
  kOpeningFlush,       ///< The first fdatasync of data.mdb in a life.
  kRecovery,           ///< All that flushes data.mdb until a start has been reported.
  kDirectory,          ///< fsync of the data directory.
  kParent,             ///< fsync of the data directory's parent.
  kSnapshotFile,       ///< fsync of snapshot files.
  kSnapshotDirectory,  ///< fsync of the directory of the snapshots.
};

inline constexpr std::size_t kLies = 10;

[[nodiscard]] const char* lie_name(Lie lie);
[[nodiscard]] std::optional<Lie> lie_of(const std::string& name);

class Liar {
 public:
  explicit Liar(Lie lie) : lie_(lie) {}

  /// Whether this event is to be left out. Asked for each event, before it is applied.
  bool swallows(const Event& event, const Model& model);

  /// How many were.
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  [[nodiscard]] bool is_sync_swallowed(const Event& event, const std::string& path,
                                       const Model& model) const;

  Lie lie_;
  std::uint64_t count_ = 0;
  /// data.mdb was changed in nothing but its size since it was synced.
  bool only_grown_ = false;
  bool recovering_ = true;
  /// Nothing was written to data.mdb in this life.
  bool opening_ = true;
};

}  // namespace buoyant::disk
