// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The small values beside the log: identity, a group's state, its snapshot's metadata.
#pragma once

#include "adapters/lmdb/sealed.h"
#include "buoyant/model/hard_state.h"
#include "buoyant/model/peer_identity.h"
#include "buoyant/model/snapshot.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace buoyant::lmdb {

/// Raised when the layout changes so that an older library could not read it.
inline constexpr std::uint64_t kFormatVersion = 3;

/// All of a group that changes with nearly every write, in one value. `last` repeats what the
/// log says: a log that lost its end is found at opening.
struct GroupState {
  HardState hard_state;
  /// The position before the first entry of the log.
  LogPosition base;
  Index last;
  /// See port::StoredState.
  std::uint64_t bootstrap = 0;

  friend bool operator==(const GroupState&, const GroupState&) = default;
};

/// The slots of a group in the database of small values.
[[nodiscard]] Key group_state_key(GroupId group) noexcept;
[[nodiscard]] Key snapshot_key(GroupId group) noexcept;
[[nodiscard]] Key peers_key(GroupId group) noexcept;
[[nodiscard]] Key journal_mark_key(GroupId group) noexcept;
/// The number of the transaction that wrote it: each commit has its own. Of the environment.
[[nodiscard]] ByteView transaction_key() noexcept;
/// The identity belongs to the environment, not to a group.
[[nodiscard]] ByteView identity_key() noexcept;

[[nodiscard]] ContentWriter encode_transaction(std::uint64_t transaction);
[[nodiscard]] ContentWriter encode(const Identity& identity);
[[nodiscard]] ContentWriter encode(const GroupState& state);
[[nodiscard]] ContentWriter encode(const SnapshotMetadata& snapshot);
[[nodiscard]] ContentWriter encode(const std::vector<PeerIdentity>& peers);

/// What stands before everything else in the identity; none: not even that.
[[nodiscard]] std::optional<std::uint64_t> decode_format_version(ByteView content) noexcept;
[[nodiscard]] std::optional<std::uint64_t> decode_transaction(ByteView content) noexcept;
[[nodiscard]] std::optional<Identity> decode_identity(ByteView content);
[[nodiscard]] std::optional<GroupState> decode_group_state(ByteView content) noexcept;
[[nodiscard]] std::optional<SnapshotMetadata> decode_snapshot(ByteView content);
[[nodiscard]] std::optional<std::vector<PeerIdentity>> decode_peers(ByteView content);

}  // namespace buoyant::lmdb
