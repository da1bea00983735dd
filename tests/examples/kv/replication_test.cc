// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/kv/replication.h"

#include "tests/examples/echo/held_node.h"

#include <gtest/gtest.h>

namespace kv::replication_test {

using buoyant::Errc;
using buoyant::Error;

class KvReplicationTest : public testing::Test {
 protected:
  void write() {
    const auto read_reply = [](const buoyant::Bytes& reply) {
      return "made of " + std::string(reply.text());
    };
    replication_.write({"command", read_reply},
                       [this](std::string text) { answers_.push_back(std::move(text)); });
  }

  static std::string error_of(Errc code) { return error_reply(Error(code), {}); }

  echo::testing_support::HeldNode node_;
  Replication replication_{node_};
  std::vector<std::string> answers_;
};

TEST_F(KvReplicationTest, AnswersWhatWasMadeOfTheReply) {
  write();
  EXPECT_TRUE(answers_.empty());

  node_.commit();

  EXPECT_EQ(answers_, std::vector<std::string>{"made of command"});
}

TEST_F(KvReplicationTest, AnswersARefusalAtOnce) {
  node_.refusal = Error(Errc::kNoLeader);
  write();

  EXPECT_EQ(answers_, std::vector<std::string>{"-NOLEADER no leader is known\r\n"});
}

TEST_F(KvReplicationTest, SaysThatAnOutcomeIsUnknown) {
  write();
  node_.fail_one(Error(Errc::kOutcomeUnknown, "closing"));

  EXPECT_EQ(answers_, std::vector<std::string>{
                          "-UNKNOWN whether it was committed is not known: closing\r\n"});
}

TEST_F(KvReplicationTest, OnlyAnUnknownOutcomeIsSaidToBeUnknown) {
  EXPECT_TRUE(error_of(Errc::kBusy).starts_with("-BUSY "));
  EXPECT_TRUE(error_of(Errc::kSuperseded).starts_with("-BUSY "));
  EXPECT_TRUE(error_of(Errc::kStorageFull).starts_with("-NOSPACE "));
  EXPECT_TRUE(error_of(Errc::kTooLarge).starts_with("-TOOLARGE "));
  EXPECT_TRUE(error_of(Errc::kFaulted).starts_with("-FAULTED "));
  EXPECT_TRUE(error_of(Errc::kNotLeader).starts_with("-NOLEADER "));
  EXPECT_TRUE(error_of(Errc::kStopped).starts_with("-ERR "));
}

TEST_F(KvReplicationTest, NamesTheLeaderToWhoIsNotForwarded) {
  buoyant::NodeStatus status;
  status.standing.leader = buoyant::ServerId(2);
  status.configuration.members = {{buoyant::ServerId(1), "a:1"}, {buoyant::ServerId(2), "b:2"}};

  EXPECT_EQ(error_reply(Error(Errc::kNotLeader), status), "-MOVED 0 b:2\r\n");
}

class KvChangeTest : public KvReplicationTest {
 protected:
  void SetUp() override { know({first_}, 4); }

  void know(Members members, std::uint64_t index) {
    node_.told.configuration.members = std::move(members);
    node_.told.configuration_index = buoyant::Index(index);
  }

  void add() {
    replication_.change(
        [this](Members members) { return with_member(std::move(members), second_); },
        [this](std::string text) { answers_.push_back(std::move(text)); });
  }

  const buoyant::Member first_{buoyant::ServerId(1), "a:1"};
  const buoyant::Member second_{buoyant::ServerId(2), "b:2"};
  const buoyant::Member third_{buoyant::ServerId(3), "c:3"};
};

TEST_F(KvChangeTest, IsAskedForAndAnsweredWhenItIsCommitted) {
  add();
  ASSERT_EQ(node_.reads.size(), 1U);
  node_.end_read();
  ASSERT_EQ(node_.changes.size(), 1U);
  EXPECT_EQ(node_.changes[0].members, (Members{first_, second_}));
  EXPECT_EQ(node_.changes[0].based_on, buoyant::Index(4));
  EXPECT_TRUE(answers_.empty());

  node_.end_change(buoyant::Index(5));

  EXPECT_EQ(answers_, std::vector<std::string>{"+OK\r\n"});
}

TEST_F(KvChangeTest, IsMadeFromWhatIsKnownAfterTheRead) {
  add();
  know({first_, third_}, 6);

  node_.end_read();

  ASSERT_EQ(node_.changes.size(), 1U);
  EXPECT_EQ(node_.changes[0].members, (Members{first_, second_, third_}));
  EXPECT_EQ(node_.changes[0].based_on, buoyant::Index(6));
}

TEST_F(KvChangeTest, OneThatIsDoneAlreadyIsConfirmedByTheLeader) {
  know({first_, second_}, 4);
  add();
  node_.end_read();

  ASSERT_EQ(node_.changes.size(), 1U);
  EXPECT_EQ(node_.changes[0].members, (Members{first_, second_}));
}

TEST_F(KvChangeTest, IsMadeAgainWhenAnotherWasFaster) {
  add();
  node_.end_read();
  node_.end_change(buoyant::fail(Errc::kStaleConfiguration));
  EXPECT_TRUE(answers_.empty());
  know({first_, third_}, 6);

  node_.end_read();

  ASSERT_EQ(node_.changes.size(), 1U);
  EXPECT_EQ(node_.changes[0].members, (Members{first_, second_, third_}));
}

TEST_F(KvChangeTest, IsGivenUpWhenOthersAreAlwaysFaster) {
  add();
  while (answers_.empty() && !node_.reads.empty()) {
    node_.end_read();
    node_.end_change(buoyant::fail(Errc::kStaleConfiguration));
  }

  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_TRUE(answers_[0].starts_with("-BUSY ")) << answers_[0];
}

TEST_F(KvChangeTest, SaysWhyItWasNotMade) {
  add();
  node_.end_read(buoyant::fail(Errc::kNoLeader));
  add();
  node_.end_read();
  node_.end_change(buoyant::fail(Errc::kChangeInProgress));
  add();
  node_.refusal = Error(Errc::kFaulted);
  node_.end_read();

  ASSERT_EQ(answers_.size(), 3U);
  EXPECT_TRUE(answers_[0].starts_with("-NOLEADER ")) << answers_[0];
  EXPECT_TRUE(answers_[1].starts_with("-BUSY ")) << answers_[1];
  EXPECT_TRUE(answers_[2].starts_with("-FAULTED ")) << answers_[2];
  EXPECT_TRUE(node_.changes.empty());
}

TEST_F(KvChangeTest, WhatALeaderThatIsGoneHasDoneIsFound) {
  add();
  node_.end_read();
  node_.end_change(buoyant::fail(Errc::kOutcomeUnknown));
  EXPECT_TRUE(answers_.empty());
  know({first_, second_}, 6);
  node_.told.configuration_committed = buoyant::Index(6);

  node_.end_read();

  EXPECT_EQ(answers_, std::vector<std::string>{"+OK\r\n"});
  EXPECT_TRUE(node_.changes.empty());
}

TEST_F(KvChangeTest, WhatMayStillBeDoneIsUnknown) {
  const auto learner = buoyant::Member{second_.id, second_.address, buoyant::MemberRole::kLearner};
  const auto ends_unknown = [this](Members members, std::uint64_t committed, bool is_joint,
                                   const buoyant::Result<buoyant::Index>& read) {
    add();
    node_.end_read();
    know(std::move(members), 6);
    node_.told.configuration_committed = buoyant::Index(committed);
    node_.told.configuration.outgoing = is_joint ? Members{first_} : Members{};
    node_.end_change(buoyant::fail(Errc::kOutcomeUnknown));
    node_.end_read(read);
    EXPECT_TRUE(node_.changes.empty());
    return answers_.back().starts_with("-UNKNOWN ");
  };

  EXPECT_TRUE(ends_unknown({first_}, 6, false, buoyant::Index(6)));
  EXPECT_TRUE(ends_unknown({first_, learner}, 6, false, buoyant::Index(6)));
  EXPECT_TRUE(ends_unknown({first_, second_}, 4, false, buoyant::Index(6)));
  EXPECT_TRUE(ends_unknown({first_, second_}, 6, true, buoyant::Index(6)));
  EXPECT_TRUE(ends_unknown({first_, second_}, 6, false, buoyant::fail(Errc::kNoLeader)));
}

TEST_F(KvChangeTest, AServerThatDoesNotCatchUpMayStayALearner) {
  add();
  node_.end_read();
  node_.end_change(buoyant::fail(Errc::kNotCaughtUp));

  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_TRUE(answers_[0].starts_with("-UNKNOWN ")) << answers_[0];
}

TEST_F(KvChangeTest, WhatCannotBeIsNotAskedFor) {
  replication_.change([](Members) { return Target("-ERR no\r\n"); },
                      [this](std::string text) { answers_.push_back(std::move(text)); });
  node_.end_read();

  EXPECT_EQ(answers_, std::vector<std::string>{"-ERR no\r\n"});
  EXPECT_TRUE(node_.changes.empty());
}

}  // namespace kv::replication_test
