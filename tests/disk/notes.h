// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a recorded program says of itself, and what follows from that for a disk that it used.
#pragma once

#include "buoyant/base/bytes.h"
#include "tests/disk/log_state.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace buoyant::disk {

/// What must be found.
struct Expectation {
  /// One of these.
  std::vector<LogState> logs = {LogState()};
  /// 0: whatever it is.
  std::uint64_t incarnation = 0;
  /// The start counter is greater.
  std::uint64_t starts = 0;
  /// These files, and perhaps others.
  std::vector<SnapshotId> snapshots;
  /// Perhaps held in part: the rest can be received.
  std::optional<SnapshotMetadata> receiving;

  friend bool operator==(const Expectation&, const Expectation&) = default;
};

/// The stores were opened; all of this was found, so it is durable.
struct Opened {
  std::uint64_t incarnation = 0;
  std::uint64_t starts = 0;
  LogState log;
  std::vector<SnapshotId> snapshots;

  friend bool operator==(const Opened&, const Opened&) = default;
};

/// A write is about to be submitted.
struct Submitted {
  LogChange change;

  friend bool operator==(const Submitted&, const Submitted&) = default;
};

/// Writes up to this one were reported durable.
struct Written {
  WriteId through;

  friend bool operator==(const Written&, const Written&) = default;
};

/// Parts of a snapshot are about to be given.
struct Receiving {
  SnapshotMetadata metadata;

  friend bool operator==(const Receiving&, const Receiving&) = default;
};

/// A snapshot file was reported complete.
struct SnapshotDurable {
  SnapshotId id;

  friend bool operator==(const SnapshotDurable&, const SnapshotDurable&) = default;
};

/// All other snapshot files are about to be given up.
struct Retained {
  std::vector<SnapshotId> ids;

  friend bool operator==(const Retained&, const Retained&) = default;
};

using Note =
    std::variant<Expectation, Opened, Submitted, Written, SnapshotDurable, Retained, Receiving>;

[[nodiscard]] std::vector<std::uint64_t> encode(const Note& note);

/// Requires: what encode gave.
[[nodiscard]] Note decode(ByteView bytes);

/// Follows the notes of one program after another.
class Ledger {
 public:
  /// Empty: the note agrees with those before.
  std::string add(const Note& note);

  /// After a power cut here.
  [[nodiscard]] Expectation expectation() const;

  /// Writes that are submitted and not reported.
  [[nodiscard]] std::size_t open_writes() const { return changes_.size(); }

 private:
  /// Before the program has opened its stores: what the one before left.
  Expectation before_;
  /// Submitted since, and not durable.
  std::vector<LogChange> changes_;
};

/// Empty: `found` is one of the expected logs. Else in words.
[[nodiscard]] std::string compare(const std::vector<LogState>& expected, const LogState& found);

/// Empty: all of `required` are there.
[[nodiscard]] std::string compare(const std::vector<SnapshotId>& required,
                                  const std::vector<SnapshotId>& found);

}  // namespace buoyant::disk
