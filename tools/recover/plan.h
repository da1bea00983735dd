// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Recovery of a cluster that has lost its majority for ever: what it means, and the one entry.
///
/// Against §4.3 it puts a configuration into the log of one survivor that no majority agreed to.
/// Its term is one that no survivor has entries of, provided that this survivor's last position
/// is the greatest of all: then its log wins every election among the new members, and holds
/// every committed entry that any survivor holds (§3.6.3).
#pragma once

#include "buoyant/base/result.h"
#include "buoyant/model/configuration.h"
#include "buoyant/model/entry.h"
#include "buoyant/model/hard_state.h"
#include "buoyant/model/snapshot.h"
#include "buoyant/port/codec.h"
#include "buoyant/port/storage.h"

#include <cstdint>
#include <vector>

namespace buoyant::recover_tool {

/// What was found, and what is to come of it.
struct Plan {
  Identity identity;
  HardState hard_state;
  /// Position zero: none.
  SnapshotMetadata snapshot;
  /// The position before the first entry.
  LogPosition base;
  LogPosition last;
  /// The newest configuration, committed or not.
  ConfigurationAt present;
  /// The configuration to be: simple.
  Configuration wanted;
  /// The entries that neither the log's beginning nor the snapshot shows to be committed.
  IndexRange undecided;
  /// Members now and not to be.
  std::vector<Member> dropped;
  /// Members to be and not now.
  std::vector<Member> added;

  /// True: the newest configuration is what is wanted.
  [[nodiscard]] bool is_done() const noexcept { return present.configuration == wanted; }

  /// Where the new configuration is to stand.
  [[nodiscard]] LogPosition position() const noexcept {
    return {.term = hard_state.term.next(), .index = last.index.next()};
  }

  /// How many of the new voters must run.
  [[nodiscard]] std::size_t quorum() const noexcept { return wanted.members.size() / 2 + 1; }
};

/// Looks at a survivor's storage. All of `voters` are to vote; the survivor is one of them.
/// Errors: kInvalidConfiguration (`voters` is no configuration, or lacks this server; or this
/// server is no member now), kNotReady (the log is empty), kStorageCorrupt.
Result<Plan> make_plan(const port::StoredState& stored, std::vector<Member> voters,
                       port::Codec& codec);

/// The new configuration in a new term, with a vote for this server in it.
/// Requires: the plan is not done.
port::StorageWrite write_of(const Plan& plan, port::Codec& codec);

}  // namespace buoyant::recover_tool
