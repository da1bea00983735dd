// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/forward_answers.h"

#include "tests/node/fakes.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node::forward_answers_test {

using fakes::at;

constexpr ServerId kLeader{1};
constexpr ServerId kOther{2};

class ForwardAnswersTest : public testing::Test {
 protected:
  flatbuf::FlatbuffersCodec codec;
  fakes::FakeTransport transport;
  ForwardAnswers answers{codec};
};

TEST_F(ForwardAnswersTest, OneReplyPerPeer) {
  answers.accept(kLeader, 1, 1, at(3, 10));
  answers.refuse(kLeader, 2, 1, Errc::kBusy);
  answers.accept(kOther, 1, 1, at(3, 11));
  answers.send(transport);

  ASSERT_EQ(transport.sent.size(), 2U);
  EXPECT_EQ(transport.sent[0].channel, port::Channel::kReply);
  EXPECT_EQ(transport.messages<ForwardReply>()[0].results.size(), 2U);
}

TEST_F(ForwardAnswersTest, JoinsConsecutiveOnes) {
  answers.accept(kLeader, 1, 1, at(3, 10));
  answers.accept(kLeader, 2, 1, at(3, 11));
  answers.refuse(kLeader, 3, 1, Errc::kBusy);
  answers.refuse(kLeader, 4, 1, Errc::kBusy);
  answers.refuse(kLeader, 5, 1, Errc::kTooLarge);
  answers.send(transport);

  const ForwardReply expected{
      .results = {{.first_sequence = 1, .count = 2, .first = at(3, 10)},
                  {.first_sequence = 3, .count = 2, .first = {}, .refusal = Errc::kBusy},
                  {.first_sequence = 5, .count = 1, .first = {}, .refusal = Errc::kTooLarge}}};
  EXPECT_EQ(transport.messages<ForwardReply>(), std::vector{expected});
}

TEST_F(ForwardAnswersTest, DoesNotJoinAcrossAGapInTheLog) {
  answers.accept(kLeader, 1, 1, at(3, 10));
  answers.accept(kLeader, 2, 1, at(3, 12));
  answers.send(transport);

  EXPECT_EQ(transport.messages<ForwardReply>()[0].results.size(), 2U);
}

TEST_F(ForwardAnswersTest, WaitsForRoom) {
  transport.room = 0;
  answers.accept(kLeader, 1, 1, at(3, 10));
  answers.send(transport);
  transport.room = 1;
  answers.send(transport);

  EXPECT_EQ(transport.sent.size(), 1U);
}

TEST_F(ForwardAnswersTest, IsDroppedWithTheConnection) {
  transport.results[kLeader] = port::SendResult::kNotConnected;
  answers.accept(kLeader, 1, 1, at(3, 10));
  answers.send(transport);
  transport.results.clear();
  answers.send(transport);

  EXPECT_TRUE(transport.sent.empty());
}

TEST_F(ForwardAnswersTest, WhatAPeerDoesNotReadIsBounded) {
  transport.room = 0;
  for (std::uint64_t i = 0; i < 2 * ForwardAnswers::kResultsMax; ++i) {
    answers.refuse(kOther, 2 * i, 1, Errc::kNotLeader);
  }
  answers.send(transport);
  transport.room = 1;
  answers.send(transport);

  EXPECT_EQ(transport.messages<ForwardReply>()[0].results.size(), ForwardAnswers::kResultsMax);
}

TEST_F(ForwardAnswersTest, NumbersThatDoNotRiseAreNotAnswered) {
  answers.refuse(kOther, 7, 1, Errc::kNotLeader);
  answers.refuse(kOther, 3, 1, Errc::kNotLeader);
  answers.send(transport);

  const ForwardReply expected{.results = {{.first_sequence = 7, .count = 1, .first = {}}}};
  EXPECT_EQ(transport.messages<ForwardReply>(), std::vector{expected});
}

}  // namespace buoyant::node::forward_answers_test
