// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Log entries: with their bytes for storage, wire and state machine, and without for the core.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/export.h"
#include "buoyant/model/configuration.h"
#include "buoyant/model/ids.h"

#include <cstdint>
#include <vector>

namespace buoyant {

/// What an entry is. Values are stored and sent; they are only appended.
enum class EntryKind : std::uint8_t {
  kNoop = 0,           ///< The first entry of a leader's term (§3.6.2); no payload.
  kCommand = 1,        ///< The user's bytes.
  kConfiguration = 2,  ///< An encoded Configuration (§4.1).
};

/// An entry with its bytes. Its index is known from where it stands.
struct Entry {
  Term term;
  EntryKind kind = EntryKind::kNoop;
  Bytes payload;

  friend bool operator==(const Entry&, const Entry&) = default;
};

/// The checksum of an entry that is stored at `index`: of its index, term, kind and payload, the
/// same on every server and for ever. Never zero.
BUOYANT_EXPORT std::uint64_t entry_checksum(Index index, const Entry& entry) noexcept;

/// `count` consecutive entries of one term: all that the core knows of most entries.
struct TermRun {
  Term term;
  std::uint64_t count = 0;

  friend bool operator==(const TermRun&, const TermRun&) = default;
};

/// A configuration entry, decoded, and where it stands in the log.
struct ConfigurationAt {
  Index index;
  Configuration configuration;

  friend bool operator==(const ConfigurationAt&, const ConfigurationAt&) = default;
};

/// The indexes [first, last]; empty when last < first.
struct IndexRange {
  Index first{1};
  Index last;

  [[nodiscard]] bool empty() const noexcept { return last < first; }

  [[nodiscard]] std::uint64_t count() const noexcept { return empty() ? 0 : last - first + 1; }

  friend bool operator==(const IndexRange&, const IndexRange&) = default;
};

/// The number of entries in `runs`.
BUOYANT_EXPORT std::uint64_t count_of(const std::vector<TermRun>& runs) noexcept;

/// Appends `count` entries of `term` to `runs`, joining the last run when it has that term.
BUOYANT_EXPORT void append_run(std::vector<TermRun>& runs, Term term, std::uint64_t count);

}  // namespace buoyant
