// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/model/snapshot.h"

#include "buoyant/base/checksum.h"
#include "buoyant/base/little_endian.h"

#include <array>
#include <vector>

namespace buoyant {

namespace {

void add_number(ChecksumStream& sum, std::uint64_t number) {
  std::array<std::byte, sizeof(number)> bytes{};
  store_le64(bytes.data(), number);
  sum.add(bytes);
}

void add_members(ChecksumStream& sum, const std::vector<Member>& members) {
  add_number(sum, members.size());
  for (const Member& member : members) {
    add_number(sum, member.id.value());
    add_number(sum, static_cast<std::uint64_t>(member.role));
    add_number(sum, member.address.size());
    sum.add(view_of(member.address));
  }
}

}  // namespace

// Part of what peers compare: never to be changed without a new version of the wire.
std::uint64_t snapshot_seed(const SnapshotMetadata& metadata) {
  ChecksumStream sum;
  add_number(sum, metadata.id.position.term.value());
  add_number(sum, metadata.id.position.index.value());
  add_number(sum, metadata.id.creator.value());
  add_number(sum, metadata.id.sequence);
  add_number(sum, metadata.configuration_index.value());
  add_members(sum, metadata.configuration.members);
  add_members(sum, metadata.configuration.outgoing);
  return sum.value();
}

}  // namespace buoyant
