// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Which data directory stands behind each peer's id, also after a restart.
///
/// Another directory under a known id was wiped, an earlier start is an older copy that was put
/// back, an equal one with another random id is a copy that runs twice: votes and entries that the
/// server once promised may be gone, so it does not count until it was removed and added again
/// (§4). What a server remembers it writes down before the peer counts; else its own restart would
/// let any directory in.
#pragma once

#include "buoyant/model/configuration.h"
#include "buoyant/model/hard_state.h"
#include "buoyant/model/hello.h"
#include "buoyant/model/peer_identity.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace buoyant::node {

/// Owned by Links. Writes are the engine's business; one is under way at a time.
class PeerTable {
 public:
  /// More ids than a cluster can have members: somebody makes them up.
  static constexpr std::size_t kPeersMax = 4 * kMembersMax;

  PeerTable() = default;
  explicit PeerTable(const std::vector<PeerIdentity>& stored);

  /// Whether this directory may count under its id; if so it is remembered. `committed`: where
  /// the newest committed configuration stands.
  /// Errors: kIncarnation, kOlderCopy, kCopiedTwice, kTooMany.
  Refusal admit(const Identity& identity, Index committed);

  /// The configuration at `at` is committed and does not have the peer: it may come back with
  /// another directory. One that was admitted later has come back.
  void forget(ServerId peer, Index at);

  /// Forgets everybody who is no member.
  void keep_only(const Configuration& configuration);

  [[nodiscard]] bool is_full() const noexcept { return rows_.size() >= kPeersMax; }

  /// What is remembered of the peer is not on the disk yet: it does not count. Who was forgotten
  /// is no member, and may finish what is on its way.
  [[nodiscard]] bool is_pending(ServerId peer) const;

  /// There is something to write, and no write is under way.
  [[nodiscard]] bool is_write_due() const noexcept {
    return version_ != durable_ && writing_ == durable_;
  }

  /// The whole table, to be written. Requires: is_write_due().
  std::vector<PeerIdentity> begin_write();

  /// What begin_write() gave is durable.
  void end_write() noexcept { durable_ = writing_; }

 private:
  struct Row {
    PeerIdentity identity;
    std::uint64_t version = 0;
  };

  std::map<ServerId, Row> rows_;
  /// Rises with each change.
  std::uint64_t version_ = 0;
  /// The table's version in the newest write, and on the disk.
  std::uint64_t writing_ = 0;
  std::uint64_t durable_ = 0;
};

}  // namespace buoyant::node
