// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/sender.h"

#include "tests/node/fakes.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node::sender_test {

using fakes::at;

constexpr ServerId kPeer{2};

class SenderTest : public testing::Test {
 protected:
  void post(Message message, std::uint64_t after, std::uint64_t durable = 0, ServerId to = kPeer) {
    sender.post({.to = to, .after = {}, .message = std::move(message)}, WriteId(after),
                WriteId(durable));
  }

  static Message vote(std::uint64_t term, bool pre_vote = false) {
    return RequestVoteReply{.term = Term(term), .granted = true, .pre_vote = pre_vote};
  }

  static Message heartbeat_reply(std::uint64_t term, std::uint64_t round) {
    return HeartbeatReply{.term = Term(term), .round = Round(round), .received = {}};
  }

  flatbuf::FlatbuffersCodec codec;
  fakes::FakeTransport transport;
  Sender sender{codec, transport, 3};
};

TEST_F(SenderTest, SendsAtOnceWhatWaitsForNothing) {
  post(heartbeat_reply(1, 1), 0);

  EXPECT_EQ(transport.sent.size(), 1U);
}

TEST_F(SenderTest, SendsAtOnceWhatIsDurableAlready) {
  post(vote(1), 5, 5);

  EXPECT_EQ(transport.sent.size(), 1U);
}

TEST_F(SenderTest, HoldsAPromiseUntilItsWriteIsDurable) {
  post(vote(1), 5, 4);
  EXPECT_TRUE(transport.sent.empty());
  sender.release(WriteId(4));
  EXPECT_TRUE(transport.sent.empty());
  sender.release(WriteId(5));

  EXPECT_EQ(transport.messages<RequestVoteReply>().size(), 1U);
  EXPECT_EQ(sender.held(), 0U);
}

TEST_F(SenderTest, ReleasesInTheOrderOfTheWrites) {
  post(vote(3), 7);
  post(vote(2), 6);
  sender.release(WriteId(7));

  const auto votes = transport.messages<RequestVoteReply>();
  ASSERT_EQ(votes.size(), 2U);
  EXPECT_EQ(votes[0].term, Term(2));
}

TEST_F(SenderTest, TheNewestOfAKindAndTermRemains) {
  post(heartbeat_reply(4, 1), 5);
  post(heartbeat_reply(4, 2), 5);
  post(heartbeat_reply(4, 3), 5);
  sender.release(WriteId(5));

  const auto replies = transport.messages<HeartbeatReply>();
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].round, Round(3));
}

TEST_F(SenderTest, APreVoteDoesNotReplaceAVote) {
  post(vote(4), 5);
  post(vote(4, true), 5);

  EXPECT_EQ(sender.held(), 2U);
}

TEST_F(SenderTest, AnotherPeersMessageIsNotReplaced) {
  post(heartbeat_reply(4, 1), 5);
  post(heartbeat_reply(4, 1), 5, 0, ServerId(3));

  EXPECT_EQ(sender.held(), 2U);
}

TEST_F(SenderTest, ForgetsTheOldestBeyondTheBoundPerPeer) {
  for (std::uint64_t term = 1; term <= 6; ++term) {
    post(vote(term), term);
  }
  EXPECT_EQ(sender.held(), 3U);
  sender.release(WriteId(6));

  EXPECT_EQ(transport.messages<RequestVoteReply>()[0].term, Term(4));
}

TEST_F(SenderTest, NothingLeavesAfterClear) {
  post(vote(4), 5);
  sender.clear();
  sender.release(WriteId(9));

  EXPECT_TRUE(transport.sent.empty());
}

TEST_F(SenderTest, RepliesTakeTheChannelThatThePeerDialled) {
  EXPECT_EQ(channel_of(RequestVote{}), port::Channel::kRequest);
  EXPECT_EQ(channel_of(AppendEntries{}), port::Channel::kRequest);
  EXPECT_EQ(channel_of(Heartbeat{}), port::Channel::kRequest);
  EXPECT_EQ(channel_of(TimeoutNow{}), port::Channel::kRequest);
  EXPECT_EQ(channel_of(Forward{}), port::Channel::kRequest);
  EXPECT_EQ(channel_of(RequestVoteReply{}), port::Channel::kReply);
  EXPECT_EQ(channel_of(AppendEntriesReply{}), port::Channel::kReply);
  EXPECT_EQ(channel_of(HeartbeatReply{}), port::Channel::kReply);
  EXPECT_EQ(channel_of(ForwardReply{}), port::Channel::kReply);
}

}  // namespace buoyant::node::sender_test
