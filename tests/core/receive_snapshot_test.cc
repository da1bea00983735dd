// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/receive_snapshot.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::receive_snapshot_test {

using std::chrono_literals::operator""ms;
using tests::accepted;
using tests::append;
using tests::envelope;
using tests::heartbeat;
using tests::id;
using tests::learner;
using tests::nothing_after;
using tests::pos;
using tests::range;
using tests::run;
using tests::snapshot_at;
using tests::stored;
using tests::voters;

/// A follower of server 2 in term 3, whose log ends with a tail of term 2 that nobody committed:
/// six entries, four of them committed.
class ReceiveSnapshotTest : public tests::CoreFixture {
 protected:
  void SetUp() override {
    restore(stored(voters(3), {run(2, 5)}));
    deliver(2, append(3, pos(2, 4), {}, 4));
    take_and_write();
    take();
  }

  InstallProgress offer(const SnapshotMetadata& snapshot) {
    return raft_->snapshot_offered(now_, id(2), Term(3), snapshot).progress;
  }

  bool receive(const SnapshotMetadata& snapshot) {
    return raft_->snapshot_received(now_, id(2), Term(3), snapshot);
  }

  /// Beyond the log, of a later term than its tail.
  SnapshotMetadata ahead_ = snapshot_at(pos(3, 20), voters(3));
};

TEST_F(ReceiveSnapshotTest, WhatIsAheadOfTheLogIsWanted) {
  EXPECT_EQ(offer(ahead_), InstallProgress::kWanted);
  EXPECT_TRUE(take().write.empty());
}

TEST_F(ReceiveSnapshotTest, AnOfferIsASignOfLife) {
  elapse(900ms);

  offer(ahead_);
  take();

  EXPECT_GE(ready_.deadline, now_ + options_.election_timeout);
}

TEST_F(ReceiveSnapshotTest, AnOfferOfALaterTermIsFollowed) {
  const SnapshotOffer answer = raft_->snapshot_offered(now_, id(3), Term(5), ahead_);

  take();
  const SnapshotOffer expected{
      .progress = InstallProgress::kWanted, .term = Term(5), .after = ready_.write.id};
  EXPECT_EQ(answer, expected);
  EXPECT_EQ(raft_->standing().leader, id(3));
}

TEST_F(ReceiveSnapshotTest, AnOfferOfAnEarlierTermLearnsOurs) {
  const SnapshotOffer answer = raft_->snapshot_offered(now_, id(3), Term(2), ahead_);

  const SnapshotOffer expected{.progress = InstallProgress::kRefused, .term = Term(3), .after = {}};
  EXPECT_EQ(answer, expected);
  EXPECT_EQ(raft_->standing().leader, id(2));
}

TEST_F(ReceiveSnapshotTest, WhatIsCommittedHereIsNotNeeded) {
  EXPECT_EQ(offer(snapshot_at(pos(2, 4), voters(3))), InstallProgress::kComplete);
  EXPECT_EQ(offer(snapshot_at(pos(2, 3), voters(3))), InstallProgress::kComplete);
}

TEST_F(ReceiveSnapshotTest, WhatTheLogHoldsIsCommittedByTheOffer) {
  EXPECT_EQ(offer(snapshot_at(pos(2, 6), voters(3))), InstallProgress::kComplete);

  take();
  EXPECT_EQ(raft_->commit_index(), Index(6));
  EXPECT_EQ(messages_to(2), (std::vector<Envelope>{envelope(2, accepted(3, 6))}));
}

TEST_F(ReceiveSnapshotTest, TwoLeadersOfATermAreAFault) {
  raft_->snapshot_offered(now_, id(3), Term(3), ahead_);

  EXPECT_NE(raft_->fault_reason(), nullptr);
}

TEST_F(ReceiveSnapshotTest, AnotherTermAtACommittedIndexIsAFault) {
  EXPECT_EQ(offer(snapshot_at(pos(1, 4), voters(3))), InstallProgress::kRefused);

  EXPECT_STREQ(raft_->fault_reason(), "a snapshot conflicts with a committed entry");
}

TEST_F(ReceiveSnapshotTest, AnEarlierTermBehindTheCommittedEntriesIsAFault) {
  EXPECT_FALSE(receive(snapshot_at(pos(1, 9), voters(3))));

  EXPECT_NE(raft_->fault_reason(), nullptr);
}

TEST_F(ReceiveSnapshotTest, AnotherTermAtTheSnapshotsOwnIndexIsAFault) {
  receive(ahead_);
  take_and_write();

  offer(snapshot_at(pos(2, 20), voters(3)));

  EXPECT_STREQ(raft_->fault_reason(), "a snapshot conflicts with a committed entry");
}

TEST_F(ReceiveSnapshotTest, ItReplacesLogAndConfigurationInOneWrite) {
  ahead_.configuration = voters(5);
  ahead_.configuration_index = Index(15);

  EXPECT_TRUE(receive(ahead_));
  take();

  EXPECT_EQ(ready_.write.snapshot, ahead_);
  EXPECT_EQ(ready_.write.compact_through, std::nullopt);
  EXPECT_EQ(ready_.write.truncate_from, std::nullopt);
  EXPECT_EQ(ready_.write.append, nothing_after(20));
  EXPECT_EQ(raft_->base(), pos(3, 20));
  EXPECT_EQ(raft_->last(), pos(3, 20));
  EXPECT_EQ(raft_->commit_index(), Index(20));
  const ConfigurationAt expected{.index = Index(15), .configuration = voters(5)};
  EXPECT_EQ(raft_->configuration(), expected);
  EXPECT_EQ(ready_.configuration, expected);
}

TEST_F(ReceiveSnapshotTest, AMemberWhomItLeavesOutIsRemoved) {
  std::erase_if(ahead_.configuration.members,
                [this](const Member& member) { return member.id == options_.id; });
  ahead_.configuration_index = Index(15);

  ASSERT_TRUE(receive(ahead_));
  take_and_write();

  EXPECT_TRUE(raft_->is_removed());
}

TEST_F(ReceiveSnapshotTest, AConflictingEntryAtItsPositionGoesWithAllBehindIt) {
  EXPECT_TRUE(receive(snapshot_at(pos(3, 5), voters(3))));

  EXPECT_EQ(raft_->last(), pos(3, 5));
}

TEST_F(ReceiveSnapshotTest, ALogThatHoldsItsPositionStays) {
  EXPECT_FALSE(receive(snapshot_at(pos(2, 5), voters(3))));

  EXPECT_TRUE(take().write.empty());
  EXPECT_EQ(raft_->last(), pos(2, 6));
  EXPECT_EQ(raft_->commit_index(), Index(5));
}

TEST_F(ReceiveSnapshotTest, NothingIsPromisedBeforeItIsDurable) {
  receive(ahead_);
  take();

  EXPECT_EQ(messages_to(2), std::vector<Envelope>());
  EXPECT_EQ(ready_.install, std::nullopt);
  EXPECT_EQ(ready_.apply_through, Index(4));
  EXPECT_EQ(raft_->durable_index(), Index(4));
}

TEST_F(ReceiveSnapshotTest, WhenItIsDurableItIsAcknowledgedAndInstalled) {
  receive(ahead_);
  take_and_write();

  take();
  EXPECT_EQ(messages_to(2), (std::vector<Envelope>{envelope(2, accepted(3, 20))}));
  EXPECT_EQ(ready_.install, ahead_);
  EXPECT_EQ(ready_.apply_through, Index(20));
  EXPECT_EQ(take().install, std::nullopt);
}

TEST_F(ReceiveSnapshotTest, TheLogGoesOnBehindItInTheSameWrite) {
  receive(ahead_);
  deliver(2, append(3, pos(3, 20), {run(3, 2)}, 21));

  take();

  EXPECT_EQ(ready_.write.snapshot, ahead_);
  EXPECT_EQ(ready_.write.append, range(21, 22));
}

TEST_F(ReceiveSnapshotTest, AWriteOfTheOldLogDoesNotVouchForTheNewOne) {
  deliver(2, append(3, pos(2, 4), {run(3, 30)}, 4));
  take();
  const WriteId old_log = ready_.write.id;
  deliver(3, append(4, pos(2, 4), {}, 4));
  raft_->snapshot_received(now_, id(3), Term(4), snapshot_at(pos(4, 20), voters(3)));
  take();

  written(old_log.value());
  take();

  EXPECT_EQ(raft_->durable_index(), Index(4));
  EXPECT_EQ(ready_.apply_through, Index(4));
  EXPECT_EQ(ready_.install, std::nullopt);
}

TEST_F(ReceiveSnapshotTest, WhatWasToBeDroppedFromTheOldLogGoesWithIt) {
  deliver(2, append(3, pos(2, 4), {run(3, 3)}, 4));
  EXPECT_TRUE(receive(ahead_));

  take();

  EXPECT_EQ(ready_.write.truncate_from, std::nullopt);
  EXPECT_EQ(ready_.write.append, nothing_after(20));
}

TEST_F(ReceiveSnapshotTest, OfTwoOnlyTheLaterIsInstalled) {
  const SnapshotMetadata later = snapshot_at(pos(3, 30), voters(3));
  receive(ahead_);
  take();
  const WriteId first = ready_.write.id;
  receive(later);
  take();

  written(first.value());
  EXPECT_EQ(take().install, std::nullopt);
  EXPECT_EQ(raft_->durable_index(), Index(20));

  written();
  EXPECT_EQ(take().install, later);
}

TEST_F(ReceiveSnapshotTest, TheEarlierOfTwoThatComesLastChangesNothing) {
  receive(snapshot_at(pos(3, 30), voters(3)));
  take_and_write();

  EXPECT_FALSE(receive(ahead_));

  EXPECT_TRUE(take().write.empty());
  EXPECT_EQ(raft_->snapshot().id.position, pos(3, 30));
}

TEST_F(ReceiveSnapshotTest, OneOfAnEarlierTermsLeaderIsDropped) {
  deliver(3, append(4, pos(2, 4), {}, 4));

  EXPECT_FALSE(receive(ahead_));

  EXPECT_EQ(raft_->last(), pos(2, 6));
}

TEST_F(ReceiveSnapshotTest, AVoterTakesOneThatMakesItALearner) {
  Configuration demoted = voters(3);
  demoted.members[0] = learner(1);
  ahead_.configuration = demoted;

  EXPECT_EQ(offer(ahead_), InstallProgress::kWanted);
  EXPECT_TRUE(receive(ahead_));

  EXPECT_EQ(raft_->configuration().configuration, demoted);
  EXPECT_EQ(take().deadline, Instant::never());
}

TEST_F(ReceiveSnapshotTest, AConfigurationOfTheOldTailIsNotInEffectAnyMore) {
  AppendEntries change = append(3, pos(2, 4), {run(3, 1)}, 4);
  change.configurations = {{.index = Index(5), .configuration = voters(2)}};
  deliver(2, change);
  take_and_write();

  EXPECT_TRUE(raft_->snapshot_received(now_, id(3), Term(4), snapshot_at(pos(4, 20), voters(3))));

  EXPECT_EQ(raft_->configuration().configuration, voters(3));
  EXPECT_EQ(raft_->configuration().index, Index(1));
}

TEST_F(ReceiveSnapshotTest, ACandidateAsksOnlyWhenTheNewLogIsDurable) {
  receive(ahead_);
  take();

  reach_deadline();
  take();
  EXPECT_EQ(messages_to(2), std::vector<Envelope>());

  written();
  take();
  ASSERT_EQ(messages_to(2).size(), 1U);
  EXPECT_EQ(std::get<RequestVote>(messages_to(2)[0].message).last, pos(3, 20));
}

TEST_F(ReceiveSnapshotTest, ASnapshotOfOurOwnThatWasUnderWayIsTooLate) {
  receive(ahead_);

  EXPECT_FALSE(raft_->snapshot_taken(now_, snapshot_at(pos(2, 4), voters(3), 1), Index(4)));

  EXPECT_EQ(take().write.snapshot, ahead_);
}

}  // namespace buoyant::core::receive_snapshot_test
