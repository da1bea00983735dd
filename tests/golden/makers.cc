// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/golden/makers.h"

#include "adapters/flatbuffers/codec.h"
#include "buoyant/conformance/snapshot_store_fixture.h"
#include "tests/golden/archive.h"
#include "tests/golden/description.h"
#include "tests/golden/stores.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>
#include <utility>
#include <vector>

namespace buoyant::golden {

using conformance::command;
using conformance::commands;
using conformance::noop;

std::vector<Member> voters(std::uint64_t first, std::uint64_t last) {
  std::vector<Member> members;
  for (std::uint64_t id = first; id <= last; ++id) {
    members.push_back({.id = ServerId(id), .address = "10.0.0." + std::to_string(id) + ":7001"});
  }
  return members;
}

/// From the servers 1 to 3 to 2 to 5, the last one a learner.
Configuration joint() {
  Configuration value{.members = voters(2, 5), .outgoing = voters(1, 3)};
  value.members.back().role = MemberRole::kLearner;
  return value;
}

Entry configuration(std::uint64_t term, const Configuration& value) {
  flatbuf::FlatbuffersCodec codec;
  return {.term = Term(term),
          .kind = EntryKind::kConfiguration,
          .payload = codec.encode_configuration(value)};
}

void open(Stores& stores) {
  const Result<void> opened = stores.open();
  ASSERT_TRUE(opened.has_value()) << opened.error().context();
}

/// Must become durable.
void write(Stores& stores, port::StorageWrite write) {
  ASSERT_EQ(stores.write(std::move(write)), port::WriteOutcome::kDurable);
}

void append(Stores& stores, std::vector<Entry> entries) {
  write(stores, conformance::append(stores.last().next().value(), std::move(entries)));
}

void keep(const std::string& live, const std::string& kept) {
  ASSERT_TRUE(copy(live, kept));
}

std::vector<PeerIdentity> two_peers() {
  return {{.server = ServerId(1),
           .incarnation = 0x1111222233334444,
           .start_counter = 5,
           .start_id = 0xfedcba9876543210,
           .since = Index(1)},
          {.server = ServerId(3),
           .incarnation = 0x5555666677778888,
           .start_counter = 1,
           .start_id = 77,
           .since = Index(7)}};
}

/// Eight entries of the terms 1 to 3.
void begin(Stores& stores) {
  append(stores, {configuration(1, {.members = voters(1, 3), .outgoing = {}}), noop(1)});
  append(stores, {command(1, "first"), command(1, ""), command(1, std::string(5000, 'l'))});
  append(stores, {noop(3), configuration(3, joint()), command(3, "in the joint configuration")});
  port::StorageWrite vote = conformance::vote(3, 2);
  vote.peers = two_peers();
  write(stores, std::move(vote));
}

void make_log(const std::string& live, const std::string& kept) {
  Stores stores(live);
  open(stores);
  begin(stores);
  append(stores, commands(3, 9, 12));
  port::StorageWrite replaced = conformance::append(10, {noop(4), command(4, "replaces 10")});
  replaced.truncate_from = Index(10);
  replaced.hard_state = HardState{.term = Term(4), .voted_for = ServerId(3)};
  write(stores, std::move(replaced));
  append(stores, {configuration(4, {.members = voters(2, 4), .outgoing = {}})});
  write(stores, conformance::vote(7, 0));
  stores.close();
  keep(live, kept);
}

void make_journal(const std::string& live, const std::string& kept) {
  Stores stores(live);
  open(stores);
  begin(stores);
  // Small batches: the journal takes a few dozen before it goes into the tables.
  for (std::uint64_t i = 0; i < 60; ++i) {
    append(stores, {command(3, "batch " + std::to_string(i))});
  }
  port::StorageWrite replaced = conformance::append(60, {noop(5), command(5, "replaces 61")});
  replaced.truncate_from = Index(60);
  replaced.hard_state = HardState{.term = Term(5), .voted_for = ServerId(1)};
  write(stores, std::move(replaced));
  append(stores, {command(5, "last")});
  keep(live, kept);
}

void make_compacted(const std::string& live, const std::string& kept) {
  Stores stores(live);
  open(stores);
  begin(stores);
  append(stores, commands(3, 9, 20));
  SnapshotMetadata metadata;
  metadata.id.position = {.term = Term(3), .index = Index(15)};
  metadata.id.creator = kServer;
  metadata.configuration = joint();
  metadata.configuration_index = Index(7);
  const auto created =
      stores.create(metadata, conformance::contents(2000) + std::string(200'000, 'x'));
  ASSERT_TRUE(created.has_value());
  port::StorageWrite compaction = conformance::compaction(12);
  compaction.snapshot = *created;
  write(stores, std::move(compaction));
  append(stores, commands(3, 21, 22));
  stores.close();
  keep(live, kept);
}

void make_replaced(const std::string& live, const std::string& kept) {
  Stores stores(live);
  open(stores);
  begin(stores);
  const std::string text = conformance::contents(2000, 3);
  const SnapshotMetadata snapshot = conformance::foreign(6, 50, text);
  ASSERT_EQ(stores.receive(snapshot, 0, text).value_or(0), text.size());
  write(stores, conformance::installation(snapshot));
  write(stores, conformance::append(51, {command(6, "behind the snapshot"), noop(8)}));
  const std::string half = half_received_text().substr(0, 200'000);
  ASSERT_EQ(stores.receive(half_received(), 0, half).value_or(0), half.size());
  keep(live, kept);
}

void make_poisoned(const std::string& live, const std::string& kept) {
  Stores stores(live);
  open(stores);
  begin(stores);
  stores.commits().fail_next(EIO);
  ASSERT_EQ(stores.write(conformance::append(9, {command(3, "not durable")})),
            port::WriteOutcome::kFailed);
  keep(live, kept);
}

}  // namespace buoyant::golden
