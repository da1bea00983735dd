// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What putting an exported snapshot into a stopped server's directory means, and whether it makes
/// sense (§5.2).
///
/// A snapshot is of committed entries. If the log has the snapshot's last entry, the log goes on
/// behind it and nothing is lost; if the log ends before it, or has another entry of an older
/// term in its place (which then was not committed), the snapshot replaces the log. All else is
/// not of one history.
#pragma once

#include "buoyant/base/result.h"
#include "buoyant/model/snapshot.h"
#include "buoyant/port/storage.h"
#include "tools/inspect/export_file.h"

#include <cstdint>
#include <string>

namespace buoyant::inspect_tool {

struct ImportPlan {
  enum class Kind : std::uint8_t {
    /// This very snapshot is there, and good.
    kNothing,
    kLogGoesOn,
    kLogIsReplaced,
  };

  Kind kind = Kind::kNothing;
  Identity identity;
  Origin origin;
  SnapshotMetadata snapshot;
  /// That of the log now; position zero: none.
  SnapshotMetadata present;
  LogPosition base;
  LogPosition last;
  HardState hard_state;

  /// It is no member of the snapshot's configuration.
  [[nodiscard]] bool is_stranger() const noexcept {
    return snapshot.configuration.find(identity.server) == nullptr;
  }

  /// Entries that are dropped.
  [[nodiscard]] std::uint64_t dropped() const noexcept {
    return kind == Kind::kLogIsReplaced ? last.index - base.index : 0;
  }
};

/// `has_file`: the file of the log's snapshot is there and good.
/// Errors: kWrongCluster (another cluster, or another history), kCompacted (older than what is
/// there), kInvalidConfiguration, kStorageCorrupt.
Result<ImportPlan> make_import_plan(const port::StoredState& stored, bool has_file,
                                    const Origin& origin, const SnapshotMetadata& snapshot);

/// Requires: the plan is not kNothing, and the file is durable.
port::StorageWrite write_of(const ImportPlan& plan);

std::string to_text(const ImportPlan& plan);
std::string to_json(const ImportPlan& plan, bool changed);

}  // namespace buoyant::inspect_tool
