// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Servers that prefer or avoid to lead: how long they wait, and who hands over to whom.

#include "tests/support/core_fixture.h"

namespace buoyant::core::preference_test {

using tests::envelope;
using tests::heartbeat;
using tests::heartbeat_reply;
using tests::id;

class PreferenceTest : public tests::CoreFixture {
 protected:
  /// Server 1 leads term 2; 2 and 3 have the log, which ends at index 2.
  void lead() {
    start(3);
    become_leader();
    take();
    replicate_to(2, 2);
    replicate_to(3, 2);
    take();
  }

  void answer_heartbeat(std::uint64_t from, std::uint64_t round, Preference preference,
                        SpaceState space = SpaceState::kEnough) {
    HeartbeatReply reply =
        heartbeat_reply(raft_->hard_state().term.value(), round, raft_->last().index.value());
    reply.preference = preference;
    reply.space = space;
    deliver(from, reply);
  }

  /// A leader whose followers said this, an election timeout later. One round of heartbeats.
  void lead_with(Preference own, Preference of_2, SpaceState space_of_2 = SpaceState::kEnough) {
    options_.preference = own;
    lead();
    now_ = now_ + options_.election_timeout;
    answer_heartbeat(2, 2, of_2, space_of_2);
    answer_heartbeat(3, 2, own);
    raft_->advance_time(now_);
  }
};

TEST_F(PreferenceTest, ALeaderYieldsToOneThatIsPreferred) {
  lead();
  elapse(options_.election_timeout / 2);
  take();
  answer_heartbeat(2, 2, Preference::kNormal);
  elapse(options_.election_timeout / 2 - options_.heartbeat_interval);
  take();
  answer_heartbeat(2, 3, Preference::kNormal);
  answer_heartbeat(3, 3, Preference::kPrefer);
  EXPECT_EQ(raft_->transfer_target(), ServerId());

  elapse(options_.heartbeat_interval);

  EXPECT_EQ(raft_->transfer_target(), id(3));
  EXPECT_EQ((take(), messages_to(3)).back(), envelope(3, TimeoutNow{.term = Term(2)}));
}

TEST_F(PreferenceTest, ALeaderThatAvoidsItYieldsToAnybody) {
  lead_with(Preference::kAvoid, Preference::kNormal);

  EXPECT_EQ(raft_->transfer_target(), id(2));
}

TEST_F(PreferenceTest, EqualsDoNotYield) {
  lead_with(Preference::kPrefer, Preference::kPrefer);

  EXPECT_EQ(raft_->transfer_target(), ServerId());
}

TEST_F(PreferenceTest, NobodyYieldsToALessPreferredOne) {
  lead_with(Preference::kNormal, Preference::kAvoid);

  EXPECT_EQ(raft_->transfer_target(), ServerId());
}

TEST_F(PreferenceTest, NobodyYieldsToOneWithoutSpace) {
  lead_with(Preference::kNormal, Preference::kPrefer, SpaceState::kLow);

  EXPECT_EQ(raft_->transfer_target(), ServerId());
}

TEST_F(PreferenceTest, ALeaderWithoutSpaceYieldsToOneThatHasIt) {
  lead_with(Preference::kPrefer, Preference::kAvoid);
  ASSERT_EQ(raft_->transfer_target(), ServerId());

  raft_->set_space(now_, SpaceState::kLow);
  elapse(options_.heartbeat_interval);

  EXPECT_TRUE(raft_->transfer_target().is_set());
}

TEST_F(PreferenceTest, OneThatIsBehindIsNotYieldedTo) {
  options_.preference = Preference::kAvoid;
  lead();
  ASSERT_TRUE(raft_->propose(now_));
  take_and_write();
  replicate_to(3, 3);
  now_ = now_ + options_.election_timeout;
  deliver(2, [] {
    HeartbeatReply reply = heartbeat_reply(2, 2, 2);
    reply.preference = Preference::kPrefer;
    return reply;
  }());
  answer_heartbeat(3, 2, Preference::kAvoid);

  raft_->advance_time(now_);

  EXPECT_EQ(raft_->transfer_target(), ServerId());
}

TEST_F(PreferenceTest, AfterAFailedAttemptItWaits) {
  lead_with(Preference::kNormal, Preference::kPrefer);
  ASSERT_EQ(raft_->transfer_target(), id(2));

  now_ = now_ + options_.election_timeout;
  answer_heartbeat(2, 3, Preference::kPrefer);
  answer_heartbeat(3, 3, Preference::kNormal);
  raft_->advance_time(now_);
  EXPECT_EQ(raft_->transfer_target(), ServerId());
  now_ = now_ + options_.election_timeout * 9;
  answer_heartbeat(2, 4, Preference::kPrefer);
  answer_heartbeat(3, 4, Preference::kNormal);
  raft_->advance_time(now_);

  EXPECT_EQ(raft_->transfer_target(), id(2));
}

TEST_F(PreferenceTest, APreferredServerWaitsLess) {
  options_.preference = Preference::kPrefer;
  start(3);

  EXPECT_GE(ready_.deadline, now_ + options_.election_timeout);
  EXPECT_LT(ready_.deadline, now_ + options_.election_timeout * 3 / 2);
}

TEST_F(PreferenceTest, AServerThatAvoidsLeadershipWaitsLonger) {
  options_.preference = Preference::kAvoid;
  start(3);

  EXPECT_GE(ready_.deadline, now_ + options_.election_timeout * 2);
  EXPECT_LT(ready_.deadline, now_ + options_.election_timeout * 3);
}

TEST_F(PreferenceTest, AFollowerSaysWhatItPrefers) {
  options_.preference = Preference::kPrefer;
  start(3);

  deliver(2, heartbeat(1, 0, 1));

  HeartbeatReply expected = heartbeat_reply(1, 1, 0);
  expected.preference = Preference::kPrefer;
  EXPECT_EQ(take().messages, std::vector{envelope(2, expected)});
}

}  // namespace buoyant::core::preference_test
