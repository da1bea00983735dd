// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/state_values.h"

#include <string>

namespace buoyant::lmdb {

namespace {

constexpr std::uint64_t kStateSlot = 1;
constexpr std::uint64_t kSnapshotSlot = 2;
constexpr std::uint64_t kPeersSlot = 3;
constexpr std::uint64_t kJournalMarkSlot = 4;

constexpr std::size_t kPeerBytes = 5 * sizeof(std::uint64_t);

void encode_members(ContentWriter& out, const std::vector<Member>& members) {
  out.number(members.size());
  for (const Member& member : members) {
    out.number(member.id.value());
    out.number(static_cast<std::uint64_t>(member.role));
    out.text(member.address);
  }
}

bool decode_members(ContentReader& in, std::vector<Member>& members) {
  const std::uint64_t count = in.number();
  if (count > kMembersMax) {
    return false;
  }
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    Member& member = members.emplace_back();
    member.id = ServerId(in.number());
    const std::uint64_t role = in.number();
    if (role > static_cast<std::uint64_t>(MemberRole::kLearner)) {
      return false;
    }
    member.role = static_cast<MemberRole>(role);
    member.address = std::string(in.text());
  }
  return in.ok();
}

}  // namespace

Key group_state_key(GroupId group) noexcept {
  return {group, kStateSlot};
}

Key snapshot_key(GroupId group) noexcept {
  return {group, kSnapshotSlot};
}

Key peers_key(GroupId group) noexcept {
  return {group, kPeersSlot};
}

Key journal_mark_key(GroupId group) noexcept {
  return {group, kJournalMarkSlot};
}

ByteView identity_key() noexcept {
  return view_of("identity");
}

ByteView transaction_key() noexcept {
  return view_of("transaction");
}

ContentWriter encode_transaction(std::uint64_t transaction) {
  ContentWriter out;
  out.number(transaction);
  return out;
}

std::optional<std::uint64_t> decode_transaction(ByteView content) noexcept {
  ContentReader in(content);
  const std::uint64_t transaction = in.number();
  return in.complete() ? std::optional(transaction) : std::nullopt;
}

ContentWriter encode(const Identity& identity) {
  ContentWriter out;
  out.number(kFormatVersion)
      .number(identity.server.value())
      .number(identity.incarnation)
      .number(identity.start_counter)
      .number(identity.start_id)
      .text(identity.cluster);
  return out;
}

std::optional<std::uint64_t> decode_format_version(ByteView content) noexcept {
  ContentReader in(content);
  const std::uint64_t version = in.number();
  return in.ok() ? std::optional(version) : std::nullopt;
}

std::optional<Identity> decode_identity(ByteView content) {
  ContentReader in(content);
  if (in.number() != kFormatVersion) {
    return std::nullopt;
  }
  Identity identity;
  identity.server = ServerId(in.number());
  identity.incarnation = in.number();
  identity.start_counter = in.number();
  identity.start_id = in.number();
  identity.cluster = std::string(in.text());
  return in.complete() ? std::optional(std::move(identity)) : std::nullopt;
}

ContentWriter encode(const GroupState& state) {
  ContentWriter out;
  out.number(state.hard_state.term.value())
      .number(state.hard_state.voted_for.value())
      .number(state.base.term.value())
      .number(state.base.index.value())
      .number(state.last.value())
      .number(state.bootstrap);
  return out;
}

std::optional<GroupState> decode_group_state(ByteView content) noexcept {
  ContentReader in(content);
  GroupState state;
  state.hard_state.term = Term(in.number());
  state.hard_state.voted_for = ServerId(in.number());
  state.base.term = Term(in.number());
  state.base.index = Index(in.number());
  state.last = Index(in.number());
  state.bootstrap = in.number();
  const bool valid =
      in.complete() && state.base.index <= state.last && state.last.value() <= kNumberMax;
  return valid ? std::optional(state) : std::nullopt;
}

ContentWriter encode(const SnapshotMetadata& snapshot) {
  ContentWriter out;
  out.number(snapshot.id.position.term.value())
      .number(snapshot.id.position.index.value())
      .number(snapshot.id.creator.value())
      .number(snapshot.id.sequence)
      .number(snapshot.id.checksum)
      .number(snapshot.configuration_index.value())
      .number(snapshot.bytes);
  encode_members(out, snapshot.configuration.members);
  encode_members(out, snapshot.configuration.outgoing);
  return out;
}

std::optional<SnapshotMetadata> decode_snapshot(ByteView content) {
  ContentReader in(content);
  SnapshotMetadata snapshot;
  snapshot.id.position.term = Term(in.number());
  snapshot.id.position.index = Index(in.number());
  snapshot.id.creator = ServerId(in.number());
  snapshot.id.sequence = in.number();
  snapshot.id.checksum = in.number();
  snapshot.configuration_index = Index(in.number());
  snapshot.bytes = in.number();
  if (!decode_members(in, snapshot.configuration.members) ||
      !decode_members(in, snapshot.configuration.outgoing) || !in.complete()) {
    return std::nullopt;
  }
  return snapshot;
}

ContentWriter encode(const std::vector<PeerIdentity>& peers) {
  ContentWriter out;
  out.number(peers.size());
  for (const PeerIdentity& peer : peers) {
    out.number(peer.server.value())
        .number(peer.incarnation)
        .number(peer.start_counter)
        .number(peer.start_id)
        .number(peer.since.value());
  }
  return out;
}

std::optional<std::vector<PeerIdentity>> decode_peers(ByteView content) {
  ContentReader in(content);
  const std::uint64_t count = in.number();
  // Before anything is reserved: the count is what the disk says.
  if (in.bytes_left() % kPeerBytes != 0 || count != in.bytes_left() / kPeerBytes) {
    return std::nullopt;
  }
  std::vector<PeerIdentity> peers(count);
  for (PeerIdentity& peer : peers) {
    peer.server = ServerId(in.number());
    peer.incarnation = in.number();
    peer.start_counter = in.number();
    peer.start_id = in.number();
    peer.since = Index(in.number());
  }
  return in.complete() ? std::optional(std::move(peers)) : std::nullopt;
}

}  // namespace buoyant::lmdb
