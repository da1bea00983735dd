// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Conformance of storages: what is found at opening, compaction, snapshots.
#pragma once

#include "buoyant/conformance/storage_conformance_fixture.h"

namespace buoyant::conformance {

template <class Harness>
class StorageStateConformance : public StorageFixture<Harness> {};

TYPED_TEST_SUITE_P(StorageStateConformance);

TYPED_TEST_P(StorageStateConformance, ANewStorageIsEmpty) {
  port::StoredState expected;
  expected.identity = this->state.identity;

  EXPECT_EQ(this->state.hard_state, expected.hard_state);
  EXPECT_EQ(this->state.snapshot, expected.snapshot);
  EXPECT_EQ(this->state.base, expected.base);
  EXPECT_EQ(this->state.runs, expected.runs);
  EXPECT_EQ(this->state.configurations, expected.configurations);
  EXPECT_EQ(this->state.bootstrap, 0U);
}

TYPED_TEST_P(StorageStateConformance, ANewStorageHasAnIdentity) {
  EXPECT_EQ(this->state.identity.cluster, kCluster);
  EXPECT_EQ(this->state.identity.server, kServer);
  EXPECT_NE(this->state.identity.incarnation, 0U);
  EXPECT_EQ(this->state.identity.start_counter, 1U);
}

TYPED_TEST_P(StorageStateConformance, EachOpeningIsAnotherStartOfTheSameIncarnation) {
  const Identity before = this->state.identity;

  this->reopen();

  EXPECT_EQ(this->state.identity.incarnation, before.incarnation);
  EXPECT_EQ(this->state.identity.start_counter, before.start_counter + 1);
  EXPECT_NE(this->state.identity.start_id, before.start_id);
}

TYPED_TEST_P(StorageStateConformance, AVoteSurvivesReopening) {
  this->write(vote(5, 2));

  this->reopen();

  EXPECT_EQ(this->state.hard_state, (HardState{.term = Term(5), .voted_for = ServerId(2)}));
}

TYPED_TEST_P(StorageStateConformance, ALaterVoteReplacesAnEarlierOne) {
  this->write(vote(5, 2));
  this->write(vote(6, 0));

  this->reopen();

  EXPECT_EQ(this->state.hard_state, (HardState{.term = Term(6), .voted_for = ServerId(0)}));
}

TYPED_TEST_P(StorageStateConformance, AVoteComesWithEntries) {
  StorageWrite both = append(1, commands(5, 1, 2));
  both.hard_state = HardState{.term = Term(5), .voted_for = ServerId(7)};

  this->write(both);
  this->reopen();

  EXPECT_EQ(this->state.hard_state, *both.hard_state);
  EXPECT_EQ(this->read(1, 2), commands(5, 1, 2));
}

TYPED_TEST_P(StorageStateConformance, TheTableOfPeersSurvivesReopening) {
  const std::vector<PeerIdentity> peers = {{.server = ServerId(2),
                                            .incarnation = 3,
                                            .start_counter = 4,
                                            .start_id = 5,
                                            .since = Index(6)},
                                           {.server = ServerId(9), .incarnation = 1}};
  StorageWrite table = vote(5, 2);
  table.peers = peers;
  this->write(table);
  this->write(append(1, commands(5, 1, 2)));

  this->reopen();

  EXPECT_EQ(this->state.peers, peers);
}

TYPED_TEST_P(StorageStateConformance, ALaterTableOfPeersReplacesAnEarlierOne) {
  StorageWrite table = vote(5, 2);
  table.peers = {{.server = ServerId(2), .incarnation = 3}, {.server = ServerId(3)}};
  this->write(table);
  table = vote(6, 2);
  table.peers = {{.server = ServerId(3), .incarnation = 4}};
  this->write(table);

  this->reopen();

  EXPECT_EQ(this->state.peers, *table.peers);
}

TYPED_TEST_P(StorageStateConformance, AWriteOfNothingCompletes) {
  this->write(append(1, commands(1, 1, 2)));
  this->write(StorageWrite());

  this->reopen();

  EXPECT_EQ(this->read(1, 2), commands(1, 1, 2));
}

TYPED_TEST_P(StorageStateConformance, EntriesAloneLeaveTheVote) {
  this->write(vote(5, 2));
  this->write(append(1, commands(5, 1, 2)));

  this->reopen();

  EXPECT_EQ(this->state.hard_state, (HardState{.term = Term(5), .voted_for = ServerId(2)}));
}

TYPED_TEST_P(StorageStateConformance, ConfigurationsAreFoundInOrder) {
  this->write(append(1, {configuration(1, "a"), command(1, "x"), configuration(1, "b")}));
  this->write(append(4, {configuration(2, "c")}));

  this->reopen();

  const std::vector<port::StoredConfiguration> expected = {
      {.index = Index(1), .payload = Bytes::copy_of("a")},
      {.index = Index(3), .payload = Bytes::copy_of("b")},
      {.index = Index(4), .payload = Bytes::copy_of("c")}};
  EXPECT_EQ(this->state.configurations, expected);
}

TYPED_TEST_P(StorageStateConformance, TruncationDropsConfigurations) {
  this->write(append(1, {configuration(1, "a"), command(1, "x"), configuration(1, "b")}));

  this->write(truncation(3));
  this->reopen();

  const std::vector<port::StoredConfiguration> expected = {
      {.index = Index(1), .payload = Bytes::copy_of("a")}};
  EXPECT_EQ(this->state.configurations, expected);
}

TYPED_TEST_P(StorageStateConformance, CompactionDropsConfigurations) {
  this->write(append(1, {configuration(1, "a"), command(1, "x"), configuration(1, "b")}));

  this->write(compaction(1));
  this->reopen();

  const std::vector<port::StoredConfiguration> expected = {
      {.index = Index(3), .payload = Bytes::copy_of("b")}};
  EXPECT_EQ(this->state.configurations, expected);
}

TYPED_TEST_P(StorageStateConformance, TheBootstrapIsTheChecksumOfTheFirstEntry) {
  const std::vector<Entry> entries = {configuration(1, "members"), command(1, "x")};

  this->write(append(1, entries));
  this->reopen();

  EXPECT_EQ(this->state.bootstrap, entry_checksum(Index(1), entries[0]));
}

TYPED_TEST_P(StorageStateConformance, TheBootstrapOutlivesItsEntry) {
  this->write(append(1, commands(1, 1, 4)));

  this->write(compaction(3));
  this->reopen();

  EXPECT_EQ(this->state.bootstrap, entry_checksum(Index(1), command(1, "1")));
}

TYPED_TEST_P(StorageStateConformance, AServerThatBeganWithASnapshotHasNoBootstrap) {
  this->write(installation(snapshot_at(2, 50)));
  this->write(append(51, commands(2, 51, 52)));

  this->reopen();

  EXPECT_EQ(this->state.bootstrap, 0U);
}

TYPED_TEST_P(StorageStateConformance, CompactionInsideABatchMovesTheBase) {
  this->write(append(1, joined(commands(1, 1, 3), commands(2, 4, 6))));

  this->write(compaction(4));
  this->reopen();

  EXPECT_EQ(this->state.base, (LogPosition{.term = Term(2), .index = Index(4)}));
  EXPECT_EQ(this->state.runs, (std::vector<TermRun>{{.term = Term(2), .count = 2}}));
  EXPECT_EQ(this->read(5, 9), commands(2, 5, 6));
}

TYPED_TEST_P(StorageStateConformance, CompactedEntriesAreNotRead) {
  this->write(append(1, commands(1, 1, 6)));

  this->write(compaction(4));

  EXPECT_EQ(this->read_error(4, 6), Errc::kCompacted);
  EXPECT_EQ(this->read(5, 6), commands(1, 5, 6));
}

TYPED_TEST_P(StorageStateConformance, CompactionToTheEndLeavesAnEmptyLogThatGoesOn) {
  this->write(append(1, commands(1, 1, 6)));

  this->write(compaction(6));
  this->reopen();
  this->write(append(7, commands(1, 7, 8)));
  this->reopen();

  EXPECT_EQ(this->state.base, (LogPosition{.term = Term(1), .index = Index(6)}));
  EXPECT_EQ(this->state.runs, (std::vector<TermRun>{{.term = Term(1), .count = 2}}));
  EXPECT_EQ(this->read(7, 9), commands(1, 7, 8));
}

TYPED_TEST_P(StorageStateConformance, CompactionAgainOrBeforeTheBaseChangesNothing) {
  this->write(append(1, commands(1, 1, 6)));
  this->write(compaction(4));

  this->write(compaction(4));
  this->write(compaction(2));
  this->reopen();

  EXPECT_EQ(this->state.base, (LogPosition{.term = Term(1), .index = Index(4)}));
  EXPECT_EQ(this->read(5, 9), commands(1, 5, 6));
}

TYPED_TEST_P(StorageStateConformance, CompactionInTheWriteOfItsEntriesWorks) {
  StorageWrite both = append(1, joined(commands(1, 1, 3), commands(2, 4, 6)));
  both.compact_through = Index(5);

  this->write(both);
  this->reopen();

  EXPECT_EQ(this->state.base, (LogPosition{.term = Term(2), .index = Index(5)}));
  EXPECT_EQ(this->read(6, 6), commands(2, 6, 6));
}

TYPED_TEST_P(StorageStateConformance, ManyCompactionsLeaveTheRestOfTheLog) {
  for (std::uint64_t first = 1; first <= 2000; first += 10) {
    this->submit(append(first, commands(first, first, first + 9)));
  }
  this->settle();

  this->write(compaction(955));
  this->write(compaction(1987));
  this->reopen();

  EXPECT_EQ(this->state.runs, (std::vector<TermRun>{{.term = Term(1981), .count = 3},
                                                    {.term = Term(1991), .count = 10}}));
  EXPECT_EQ(this->read(1988, 2000), joined(commands(1981, 1988, 1990), commands(1991, 1991, 2000)));
}

TYPED_TEST_P(StorageStateConformance, TruncationRightBehindTheBaseEmptiesTheLog) {
  this->write(append(1, commands(1, 1, 6)));
  this->write(compaction(4));

  StorageWrite replacement = append(5, commands(2, 5, 5));
  replacement.truncate_from = Index(5);
  this->write(replacement);
  this->reopen();

  EXPECT_EQ(this->state.base, (LogPosition{.term = Term(1), .index = Index(4)}));
  EXPECT_EQ(this->state.runs, (std::vector<TermRun>{{.term = Term(2), .count = 1}}));
  EXPECT_EQ(this->read(5, 9), commands(2, 5, 5));
}

TYPED_TEST_P(StorageStateConformance, AnInstalledSnapshotReplacesTheLog) {
  this->write(append(1, joined(commands(1, 1, 3), {configuration(1, "old")})));

  this->write(installation(snapshot_at(3, 50)));
  this->reopen();

  EXPECT_EQ(this->state.snapshot, snapshot_at(3, 50));
  EXPECT_EQ(this->state.base, (LogPosition{.term = Term(3), .index = Index(50)}));
  EXPECT_EQ(this->state.runs, std::vector<TermRun>());
  EXPECT_EQ(this->state.configurations, std::vector<port::StoredConfiguration>());
  EXPECT_EQ(this->read_error(3, 3), Errc::kCompacted);
  EXPECT_EQ(this->read_error(51, 51), Errc::kNotReady);
}

TYPED_TEST_P(StorageStateConformance, AnInstalledSnapshotDropsWhatIsBehindItToo) {
  this->write(append(1, commands(1, 1, 9)));

  this->write(installation(snapshot_at(3, 5)));
  this->reopen();

  EXPECT_EQ(this->state.base, (LogPosition{.term = Term(3), .index = Index(5)}));
  EXPECT_EQ(this->state.runs, std::vector<TermRun>());
  EXPECT_EQ(this->read_error(6, 6), Errc::kNotReady);
}

TYPED_TEST_P(StorageStateConformance, TheLogGoesOnAfterAnInstalledSnapshot) {
  this->write(append(1, commands(1, 1, 9)));
  StorageWrite both = append(6, commands(3, 6, 7));
  both.snapshot = snapshot_at(3, 5);

  this->write(both);
  this->write(append(8, commands(3, 8, 8)));
  this->reopen();

  EXPECT_EQ(this->state.runs, (std::vector<TermRun>{{.term = Term(3), .count = 3}}));
  EXPECT_EQ(this->read(6, 9), commands(3, 6, 8));
}

TYPED_TEST_P(StorageStateConformance, ASnapshotTakenHereLeavesTheLogBehindIt) {
  this->write(append(1, commands(1, 1, 9)));
  StorageWrite taken = compaction(5);
  taken.snapshot = snapshot_at(1, 7);

  this->write(taken);
  this->reopen();

  EXPECT_EQ(this->state.snapshot, snapshot_at(1, 7));
  EXPECT_EQ(this->state.base, (LogPosition{.term = Term(1), .index = Index(5)}));
  EXPECT_EQ(this->read(6, 9), commands(1, 6, 9));
}

TYPED_TEST_P(StorageStateConformance, ALaterSnapshotReplacesAnEarlierOne) {
  this->write(installation(snapshot_at(3, 50)));
  this->write(installation(snapshot_at(4, 60)));

  this->reopen();

  EXPECT_EQ(this->state.snapshot, snapshot_at(4, 60));
  EXPECT_EQ(this->state.base, (LogPosition{.term = Term(4), .index = Index(60)}));
}

REGISTER_TYPED_TEST_SUITE_P(
    StorageStateConformance, ANewStorageIsEmpty, ANewStorageHasAnIdentity,
    EachOpeningIsAnotherStartOfTheSameIncarnation, AVoteSurvivesReopening,
    ALaterVoteReplacesAnEarlierOne, AVoteComesWithEntries, EntriesAloneLeaveTheVote,
    TheTableOfPeersSurvivesReopening, ALaterTableOfPeersReplacesAnEarlierOne,
    AWriteOfNothingCompletes, ConfigurationsAreFoundInOrder, TruncationDropsConfigurations,
    CompactionDropsConfigurations, TheBootstrapIsTheChecksumOfTheFirstEntry,
    TheBootstrapOutlivesItsEntry, AServerThatBeganWithASnapshotHasNoBootstrap,
    CompactionInsideABatchMovesTheBase, CompactedEntriesAreNotRead,
    CompactionToTheEndLeavesAnEmptyLogThatGoesOn, CompactionAgainOrBeforeTheBaseChangesNothing,
    CompactionInTheWriteOfItsEntriesWorks, ManyCompactionsLeaveTheRestOfTheLog,
    TruncationRightBehindTheBaseEmptiesTheLog, AnInstalledSnapshotReplacesTheLog,
    AnInstalledSnapshotDropsWhatIsBehindItToo, TheLogGoesOnAfterAnInstalledSnapshot,
    ASnapshotTakenHereLeavesTheLogBehindIt, ALaterSnapshotReplacesAnEarlierOne);

}  // namespace buoyant::conformance
