// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Space across the quorum: what a leader of three takes, and what followers say.

#include "core/space.h"

#include "tests/support/core_fixture.h"

namespace buoyant::core::space_test {

using tests::append;
using tests::envelope;
using tests::heartbeat;
using tests::heartbeat_reply;
using tests::id;
using tests::pos;
using tests::request_vote;
using tests::run;
using tests::vote;
using tests::voters;

class CoreSpaceTest : public tests::CoreFixture {
 protected:
  void lead(std::uint64_t count = 3) {
    start(count);
    become_leader();
    replicate_to(2, 2);
    take();
  }

  void report(std::uint64_t from, SpaceState space) {
    HeartbeatReply reply = heartbeat_reply(2, 1, 0);
    reply.space = space;
    deliver(from, reply);
  }

  void set_space(SpaceState space) { raft_->set_space(now_, space); }

  /// What became of a proposal: nullopt when it was taken.
  std::optional<Errc> propose() {
    const Result<LogPosition> position = raft_->propose(now_);
    return position ? std::nullopt : std::optional(position.error().code());
  }
};

TEST_F(CoreSpaceTest, ALeaderWithLittleSpaceTakesNoProposals) {
  lead();

  set_space(SpaceState::kLow);

  EXPECT_EQ(propose(), Errc::kStorageFull);
  EXPECT_EQ(raft_->last(), pos(2, 2));
}

TEST_F(CoreSpaceTest, WhenThereIsSpaceAgainItDoes) {
  lead();
  set_space(SpaceState::kLow);

  set_space(SpaceState::kEnough);

  EXPECT_EQ(propose(), std::nullopt);
}

TEST_F(CoreSpaceTest, OneFollowerOfTwoMayBeLow) {
  lead();

  report(3, SpaceState::kLow);

  EXPECT_EQ(propose(), std::nullopt);
}

TEST_F(CoreSpaceTest, WithoutAQuorumThatHasSpaceProposalsAreRefused) {
  lead();

  report(2, SpaceState::kLow);
  report(3, SpaceState::kLow);

  EXPECT_EQ(propose(), Errc::kStorageFull);
}

TEST_F(CoreSpaceTest, AServerThatIsAwayDoesNotStandInForOneThatIsLow) {
  lead();
  raft_->peer_unreachable(now_, id(2));
  EXPECT_EQ(propose(), std::nullopt);

  report(3, SpaceState::kLow);

  EXPECT_EQ(propose(), Errc::kStorageFull);
}

TEST_F(CoreSpaceTest, NorDoesOneThatIsNotHeardOf) {
  lead();
  now_ = now_ + options_.election_timeout;

  report(3, SpaceState::kLow);

  EXPECT_EQ(propose(), Errc::kStorageFull);
}

TEST_F(CoreSpaceTest, OneFollowerThatRecoversIsEnough) {
  lead();
  report(2, SpaceState::kLow);
  report(3, SpaceState::kLow);

  report(3, SpaceState::kEnough);

  EXPECT_EQ(propose(), std::nullopt);
}

TEST_F(CoreSpaceTest, AnAcknowledgementReportsToo) {
  lead();
  report(3, SpaceState::kLow);
  AppendEntriesReply reply = tests::accepted(2, 2);
  reply.space = SpaceState::kLow;

  deliver(2, reply);

  EXPECT_EQ(propose(), Errc::kStorageFull);
}

TEST_F(CoreSpaceTest, ALearnerMayBeLow) {
  Configuration configuration = voters(2);
  configuration.members.push_back(tests::learner(3));
  restore(tests::stored(configuration));
  become_leader();

  report(3, SpaceState::kLow);

  EXPECT_EQ(propose(), std::nullopt);
}

TEST_F(CoreSpaceTest, AFollowerReportsInItsReplies) {
  start(3);
  set_space(SpaceState::kLow);

  deliver(2, heartbeat(1, 0, 1));
  deliver(2, append(1, pos(1, 1), {}));

  HeartbeatReply beat = heartbeat_reply(1, 1, 0);
  beat.space = SpaceState::kLow;
  AppendEntriesReply taken = tests::accepted(1, 1, 1);
  taken.space = SpaceState::kLow;
  EXPECT_EQ(take().messages, (std::vector{envelope(2, beat), envelope(2, taken)}));
}

TEST_F(CoreSpaceTest, ARejectionReportsToo) {
  start(3);
  set_space(SpaceState::kLow);

  deliver(2, append(1, pos(1, 7), {}));

  AppendEntriesReply expected = tests::rejected(1, 7, pos(1, 1));
  expected.space = SpaceState::kLow;
  EXPECT_EQ(take().messages, std::vector{envelope(2, expected)});
}

TEST_F(CoreSpaceTest, AServerWithLittleSpaceVotes) {
  start(3);
  set_space(SpaceState::kLow);

  deliver(2, request_vote(2, pos(1, 1)));

  EXPECT_EQ(take().messages, std::vector{envelope(2, vote(2, true), 1)});
}

TEST_F(CoreSpaceTest, AServerWithLittleSpaceLeadsAndBeginsItsTerm) {
  start(3);
  set_space(SpaceState::kLow);

  become_leader();

  EXPECT_EQ(raft_->last(), pos(2, 2));
}

TEST_F(CoreSpaceTest, AFollowerWithLittleSpaceTakesWhatIsUnderWay) {
  start(3);
  set_space(SpaceState::kLow);

  EXPECT_EQ(deliver(2, append(1, pos(1, 1), {run(1, 1)})).appended, tests::range(2, 2));
}

TEST_F(CoreSpaceTest, AChangeIsOneStepOfTheTrace) {
  start(3);

  set_space(SpaceState::kLow);
  set_space(SpaceState::kLow);
  set_space(SpaceState::kEnough);

  const std::vector<Step>& steps = take().steps;
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].kind, StepKind::kSpaceLow);
  EXPECT_EQ(steps[1].kind, StepKind::kSpaceEnough);
}

/// A leader whose followers answer its heartbeats, and acknowledge nothing.
class CoreFullMajorityTest : public CoreSpaceTest {
 protected:
  void SetUp() override {
    start(3);
    become_leader();
    take();
  }

  void beat_for(Duration duration, SpaceState space) {
    for (const Instant end = now_ + duration; now_ < end;) {
      elapse(options_.heartbeat_interval);
      take();
      report(2, space);
      report(3, space);
    }
  }

  [[nodiscard]] Duration patience() const { return 2 * options_.election_timeout; }
};

TEST_F(CoreFullMajorityTest, ALeaderThatCanCommitNothingGivesWay) {
  beat_for(patience(), SpaceState::kLow);

  EXPECT_EQ(ready_.standing, tests::standing(Role::kFollower, 2, 0, Cause::kMajorityFull));
  EXPECT_EQ(ready_.messages, std::vector{envelope(2, TimeoutNow{.term = Term(2)})});
}

TEST_F(CoreFullMajorityTest, NotAtOnce) {
  beat_for(patience() - options_.heartbeat_interval, SpaceState::kLow);

  EXPECT_TRUE(raft_->is_leader());
}

TEST_F(CoreFullMajorityTest, NotWhileThereIsSpace) {
  beat_for(2 * patience(), SpaceState::kEnough);

  EXPECT_TRUE(raft_->is_leader());
}

TEST_F(CoreFullMajorityTest, NotWhenItHasCommittedItsNoOp) {
  replicate_to(2, 2);

  beat_for(2 * patience(), SpaceState::kLow);

  EXPECT_TRUE(raft_->is_leader());
}

}  // namespace buoyant::core::space_test
