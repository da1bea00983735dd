// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a server has stored, in memory.
#pragma once

#include "buoyant/port/storage.h"

#include <cstdint>
#include <deque>
#include <vector>

namespace file_storage {

/// The retained log and everything beside it.
struct Image {
  [[nodiscard]] buoyant::Index last() const noexcept { return base.index + entries.size(); }

  /// Does what the write says; without its entries when they found no space.
  /// Requires: it fits, as the port asks of writes.
  void apply(const buoyant::port::StorageWrite& write, bool with_entries);

  /// Errors: those of port::Storage::read.
  [[nodiscard]] buoyant::Result<std::vector<buoyant::Entry>> read(buoyant::Index first,
                                                                  buoyant::Index last_wanted,
                                                                  std::size_t bytes_max) const;

  [[nodiscard]] buoyant::port::StoredState stored_state() const;

  buoyant::Identity identity;
  buoyant::HardState hard_state;
  buoyant::SnapshotMetadata snapshot;
  buoyant::LogPosition base;
  /// From base.index + 1 on.
  std::deque<buoyant::Entry> entries;
  std::uint64_t bootstrap = 0;
  std::vector<buoyant::PeerIdentity> peers;
};

}  // namespace file_storage
