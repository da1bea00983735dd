// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/peer_table.h"

#include "buoyant/base/assert.h"

namespace buoyant::node {

PeerTable::PeerTable(const std::vector<PeerIdentity>& stored) {
  for (const PeerIdentity& identity : stored) {
    rows_.emplace(identity.server, Row{.identity = identity});
  }
}

Refusal PeerTable::admit(const Identity& identity, Index committed) {
  const auto found = rows_.find(identity.server);
  if (found == rows_.end() && is_full()) {
    return Refusal::kTooMany;
  }
  PeerIdentity present{.server = identity.server,
                       .incarnation = identity.incarnation,
                       .start_counter = identity.start_counter,
                       .start_id = identity.start_id,
                       .since = committed};
  if (found != rows_.end()) {
    const PeerIdentity& known = found->second.identity;
    if (identity.incarnation != known.incarnation) {
      return Refusal::kIncarnation;
    }
    if (identity.start_counter < known.start_counter) {
      return Refusal::kOlderCopy;
    }
    if (identity.start_counter == known.start_counter && identity.start_id != known.start_id) {
      return Refusal::kCopiedTwice;
    }
    present.since = known.since;
    if (present == known) {
      return Refusal::kNone;
    }
  }
  rows_[identity.server] = {.identity = present, .version = ++version_};
  return Refusal::kNone;
}

void PeerTable::forget(ServerId peer, Index at) {
  const auto found = rows_.find(peer);
  if (found != rows_.end() && found->second.identity.since < at) {
    rows_.erase(found);
    ++version_;
  }
}

void PeerTable::keep_only(const Configuration& configuration) {
  const std::size_t erased = std::erase_if(rows_, [&configuration](const auto& row) {
    return configuration.find(row.first) == nullptr;
  });
  version_ += erased > 0 ? 1 : 0;
}

bool PeerTable::is_pending(ServerId peer) const {
  const auto found = rows_.find(peer);
  return found != rows_.end() && found->second.version > durable_;
}

std::vector<PeerIdentity> PeerTable::begin_write() {
  BUOYANT_ASSERT(is_write_due());
  writing_ = version_;
  std::vector<PeerIdentity> all;
  all.reserve(rows_.size());
  for (const auto& [id, row] : rows_) {
    all.push_back(row.identity);
  }
  return all;
}

}  // namespace buoyant::node
