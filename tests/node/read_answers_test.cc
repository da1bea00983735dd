// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/read_answers.h"

#include "tests/node/fakes.h"
#include "tests/support/core_fixture.h"

#include <vector>

namespace buoyant::node::read_answers_test {

using Replies = std::vector<ReadReply>;

/// The only server of a cluster, which leads.
class ReadAnswersTest : public tests::CoreFixture {
 protected:
  void SetUp() override {
    start(1);
    reach_deadline();
    take_and_write();
    take_and_write();
    take_and_write();
  }

  void ask(std::uint64_t peer, std::uint64_t sequence) {
    answers_.accept(now_, ServerId(peer), {.sequence = sequence}, *raft_);
  }

  Replies replies() {
    answers_.send(transport_);
    return transport_.messages<ReadReply>();
  }

  flatbuf::FlatbuffersCodec codec_;
  fakes::FakeTransport transport_;
  ReadAnswers answers_{codec_};
};

TEST_F(ReadAnswersTest, AGrantIsAnsweredToWhoeverAsked) {
  ask(2, 7);
  ask(3, 1);
  EXPECT_EQ(replies(), Replies{});

  answers_.on_granted({.first = 1, .last = 2, .index = Index(5)});

  EXPECT_EQ(replies(), (Replies{{.sequence = 7, .granted = true, .index = Index(5)},
                                {.sequence = 1, .granted = true, .index = Index(5)}}));
  EXPECT_EQ(transport_.sent.front().to, ServerId(2));
  EXPECT_EQ(transport_.sent.front().channel, port::Channel::kReply);
}

TEST_F(ReadAnswersTest, AGrantIsForItsNumbersOnly) {
  ask(2, 7);
  ask(2, 8);

  answers_.on_granted({.first = 1, .last = 1, .index = Index(5)});

  EXPECT_EQ(replies(), (Replies{{.sequence = 7, .granted = true, .index = Index(5)}}));
  EXPECT_EQ(answers_.open(), 1U);
}

TEST_F(ReadAnswersTest, AFollowerRefuses) {
  start(3);

  ask(2, 7);

  EXPECT_EQ(replies(), (Replies{{.sequence = 7, .refusal = Errc::kNotLeader}}));
}

TEST_F(ReadAnswersTest, TheEndOfTheLeadershipRefuses) {
  ask(2, 7);

  answers_.on_ended(1);

  EXPECT_EQ(replies(), (Replies{{.sequence = 7, .refusal = Errc::kNotLeader}}));
}

// R2: a restarted peer numbers its requests from one again.
TEST_F(ReadAnswersTest, ANewConnectionGetsNoAnswerOfTheOldOne) {
  ask(2, 1);
  answers_.forget(ServerId(2));

  answers_.on_granted({.first = 1, .last = 1, .index = Index(5)});

  EXPECT_EQ(replies(), Replies{});
}

TEST_F(ReadAnswersTest, ThereIsABoundForEachPeer) {
  for (std::size_t i = 1; i <= ReadAnswers::kRequestsPerPeerMax; ++i) {
    ask(2, i);
  }
  ask(2, 100);
  ask(3, 1);

  EXPECT_EQ(replies(), (Replies{{.sequence = 100, .refusal = Errc::kBusy}}));
}

}  // namespace buoyant::node::read_answers_test
