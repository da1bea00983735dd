// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a storage must hold: a model of port::Storage without payloads, and its changes.
///
/// An entry is known by its checksum, which covers index, term, kind and payload: equal states
/// are equal logs.
#pragma once

#include "buoyant/model/entry.h"
#include "buoyant/model/hard_state.h"
#include "buoyant/model/snapshot.h"
#include "buoyant/port/storage.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::disk {

struct StoredEntry {
  Term term;
  EntryKind kind = EntryKind::kNoop;
  std::uint64_t sum = 0;

  friend bool operator==(const StoredEntry&, const StoredEntry&) = default;
};

[[nodiscard]] StoredEntry stored(Index index, const Entry& entry);

/// A StorageWrite without the payloads.
struct LogChange {
  WriteId id;
  std::optional<HardState> hard_state;
  std::optional<Index> truncate_from;
  Index first;
  std::vector<StoredEntry> entries;
  std::optional<Index> compact_through;
  std::optional<SnapshotMetadata> snapshot;

  friend bool operator==(const LogChange&, const LogChange&) = default;
};

[[nodiscard]] LogChange change_of(const port::StorageWrite& write);

struct LogState {
  HardState hard_state;
  LogPosition base;
  SnapshotMetadata snapshot;
  std::uint64_t bootstrap = 0;
  /// From base.index + 1 on.
  std::vector<StoredEntry> entries;

  [[nodiscard]] Index last() const { return base.index + entries.size(); }

  /// Of an index in [base.index, last()].
  [[nodiscard]] Term term_at(Index index) const;

  void apply(const LogChange& change);

  friend bool operator==(const LogState&, const LogState&) = default;
};

/// One line, for people.
[[nodiscard]] std::string describe(const LogState& state);

/// Where two states differ first, for people.
[[nodiscard]] std::string difference(const LogState& expected, const LogState& found);

}  // namespace buoyant::disk
