// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/controls.h"

#include "tests/node/fakes.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node::controls_test {

constexpr ServerId kLeader{1};
constexpr ServerId kOther{2};

constexpr Instant time_of(int milliseconds) {
  return Instant(std::chrono::milliseconds(milliseconds));
}

ControlRequest transfer_to(std::uint64_t target) {
  return {.kind = ControlKind::kTransfer, .target = ServerId(target)};
}

ControlRequest numbered(ControlRequest request, std::uint64_t sequence) {
  request.sequence = sequence;
  return request;
}

class ControlRequestsTest : public testing::Test {
 protected:
  Result<void> add(std::uint64_t target, int deadline = 1000) {
    return requests.add(transfer_to(target), time_of(deadline), [this, target](Result<Index> done) {
      told.emplace_back(target, done ? std::to_string(done->value()) : done.error().name());
    });
  }

  using Told = std::vector<std::pair<std::uint64_t, std::string>>;

  Told run() {
    callbacks.run(1000, Instant());
    return std::exchange(told, {});
  }

  Told told;
  NodeOptions options;
  flatbuf::FlatbuffersCodec codec;
  fakes::FakeTransport transport;
  ProposalBudget budget;
  Latencies latencies;
  CallbackQueue callbacks{budget, latencies};
  ControlRequests requests{options, codec, callbacks};
};

TEST_F(ControlRequestsTest, AreSentInOrderAndNumbered) {
  ASSERT_TRUE(add(7));
  ASSERT_TRUE(add(8));
  requests.send(kLeader, transport);
  ASSERT_TRUE(add(9));
  requests.send(kLeader, transport);

  EXPECT_EQ(transport.messages<ControlRequest>(),
            (std::vector{numbered(transfer_to(7), 1), numbered(transfer_to(8), 2),
                         numbered(transfer_to(9), 3)}));
  EXPECT_EQ(transport.sent[0].channel, port::Channel::kRequest);
  EXPECT_EQ(transport.sent[0].to, kLeader);
  EXPECT_FALSE(requests.has_unsent());
}

TEST_F(ControlRequestsTest, AnAnswerEndsTheRequestThatItIsFor) {
  ASSERT_TRUE(add(7));
  ASSERT_TRUE(add(8));
  requests.send(kLeader, transport);

  requests.on_reply(kLeader, {.sequence = 2, .done = true, .index = Index(40)});

  EXPECT_EQ(run(), (Told{{8, "40"}}));
  EXPECT_EQ(requests.size(), 1U);
}

TEST_F(ControlRequestsTest, ARefusalIsHandedOn) {
  ASSERT_TRUE(add(7));
  requests.send(kLeader, transport);

  requests.on_reply(kLeader, {.sequence = 1, .refusal = Errc::kTransferFailed});

  EXPECT_EQ(run(), (Told{{7, "transfer_failed"}}));
}

TEST_F(ControlRequestsTest, WhoLeadsNoMoreIsNoLeader) {
  ASSERT_TRUE(add(7));
  requests.send(kLeader, transport);

  requests.on_reply(kLeader, {.sequence = 1, .refusal = Errc::kNotLeader});

  EXPECT_EQ(run(), (Told{{7, "no_leader"}}));
}

TEST_F(ControlRequestsTest, AnAnswerCountsOnce) {
  ASSERT_TRUE(add(7));
  requests.send(kLeader, transport);

  requests.on_reply(kLeader, {.sequence = 1, .done = true});
  requests.on_reply(kLeader, {.sequence = 1, .done = true});

  EXPECT_EQ(run(), (Told{{7, "0"}}));
}

TEST_F(ControlRequestsTest, AnAnswerOfAnotherServerIsPassedOver) {
  ASSERT_TRUE(add(7));
  requests.send(kLeader, transport);

  requests.on_reply(kOther, {.sequence = 1, .done = true});

  EXPECT_EQ(run(), Told{});
}

TEST_F(ControlRequestsTest, AnAnswerToWhatWasNotSentIsPassedOver) {
  ASSERT_TRUE(add(7));

  requests.on_reply(kLeader, {.sequence = 1, .done = true});

  EXPECT_EQ(run(), Told{});
  EXPECT_TRUE(requests.has_unsent());
}

TEST_F(ControlRequestsTest, WaitForRoom) {
  transport.room = 1;
  ASSERT_TRUE(add(7));
  ASSERT_TRUE(add(8));
  requests.send(kLeader, transport);
  EXPECT_TRUE(requests.has_unsent());
  transport.room = 1;
  requests.send(kLeader, transport);

  EXPECT_EQ(transport.messages<ControlRequest>().size(), 2U);
}

TEST_F(ControlRequestsTest, AreNeverSentTwice) {
  ASSERT_TRUE(add(7));
  requests.send(kLeader, transport);
  requests.send(kLeader, transport);
  requests.send(kOther, transport);

  EXPECT_EQ(transport.sent.size(), 1U);
}

TEST_F(ControlRequestsTest, WithoutAConnectionNothingCameOfThem) {
  transport.results[kLeader] = port::SendResult::kNotConnected;
  ASSERT_TRUE(add(7));
  requests.send(kLeader, transport);

  EXPECT_EQ(run(), (Told{{7, "no_leader"}}));
}

TEST_F(ControlRequestsTest, AConnectionThatEndsLeavesThemUnknown) {
  ASSERT_TRUE(add(7));
  requests.send(kLeader, transport);
  ASSERT_TRUE(add(8));

  requests.on_disconnected(kOther);
  EXPECT_EQ(run(), Told{});
  requests.on_disconnected(kLeader);

  EXPECT_EQ(run(), (Told{{7, "outcome_unknown"}}));
  EXPECT_TRUE(requests.has_unsent());
}

TEST_F(ControlRequestsTest, EndAtTheirDeadlines) {
  ASSERT_TRUE(add(7, 300));
  ASSERT_TRUE(add(8, 100));
  requests.send(kLeader, transport);
  ASSERT_TRUE(add(9, 200));
  EXPECT_EQ(requests.next_deadline(), time_of(100));

  requests.expire(time_of(99));
  EXPECT_EQ(run(), Told{});
  requests.expire(time_of(200));

  EXPECT_EQ(run(), (Told{{9, "no_leader"}, {8, "outcome_unknown"}}));
  EXPECT_EQ(requests.next_deadline(), time_of(300));
}

TEST_F(ControlRequestsTest, ItIsKnownWhoOwesAnswers) {
  ASSERT_TRUE(add(7));
  EXPECT_EQ(requests.asked(), std::vector<ServerId>{});
  requests.send(kLeader, transport);
  ASSERT_TRUE(add(8));
  requests.send(kLeader, transport);
  EXPECT_EQ(requests.asked(), std::vector{kLeader});

  requests.on_reply(kLeader, {.sequence = 1, .done = true});
  requests.on_reply(kLeader, {.sequence = 2, .done = true});
  EXPECT_EQ(requests.asked(), std::vector<ServerId>{});
}

TEST_F(ControlRequestsTest, AtTheBoundTheyAreRefused) {
  options.controls_max = 2;
  ASSERT_TRUE(add(7));
  requests.send(kLeader, transport);
  ASSERT_TRUE(add(8));

  const Result<void> third = add(9);
  ASSERT_FALSE(third.has_value());
  EXPECT_EQ(third.error().code(), Errc::kBusy);
  requests.on_reply(kLeader, {.sequence = 1, .done = true});
  EXPECT_TRUE(add(9));
}

TEST_F(ControlRequestsTest, AllEndWithTheNode) {
  ASSERT_TRUE(add(7));
  requests.send(kLeader, transport);
  ASSERT_TRUE(add(8));

  requests.fail_all("test");

  EXPECT_EQ(run(), (Told{{8, "outcome_unknown"}, {7, "outcome_unknown"}}));
  EXPECT_EQ(requests.next_deadline(), Instant::never());
}

class ControlAnswersTest : public testing::Test {
 protected:
  ControlAnswers::Ticket open(ServerId peer, std::uint64_t sequence) {
    const Result<ControlAnswers::Ticket> ticket = answers.open(peer, sequence);
    EXPECT_TRUE(ticket.has_value());
    return ticket.value_or(0);
  }

  std::vector<ControlReply> sent() {
    answers.send(transport);
    return transport.messages<ControlReply>();
  }

  NodeOptions options;
  flatbuf::FlatbuffersCodec codec;
  fakes::FakeTransport transport;
  ControlAnswers answers{options, codec};
};

TEST_F(ControlAnswersTest, AreSentToWhoAsked) {
  const auto first = open(kOther, 5);
  const auto second = open(kLeader, 5);

  answers.answer(second, Index(9));
  answers.answer(first, fail(Errc::kNotCaughtUp));

  EXPECT_EQ(sent(), (std::vector<ControlReply>{{.sequence = 5, .done = true, .index = Index(9)},
                                               {.sequence = 5, .refusal = Errc::kNotCaughtUp}}));
  EXPECT_EQ(transport.sent[0].to, kLeader);
  EXPECT_EQ(transport.sent[1].to, kOther);
  EXPECT_EQ(transport.sent[0].channel, port::Channel::kReply);
}

TEST_F(ControlAnswersTest, AreSentOnce) {
  const auto ticket = open(kOther, 5);
  answers.answer(ticket, Index());
  answers.answer(ticket, Index());

  EXPECT_EQ((sent(), sent()).size(), 1U);
}

TEST_F(ControlAnswersTest, WaitForRoom) {
  transport.room = 0;
  answers.refuse(kOther, 5, Errc::kNotLeader);
  EXPECT_TRUE(sent().empty());

  transport.room = 1;

  EXPECT_EQ(sent().size(), 1U);
}

TEST_F(ControlAnswersTest, AreDroppedWhenTheAskerIsGone) {
  transport.results[kOther] = port::SendResult::kNotConnected;
  answers.refuse(kOther, 5, Errc::kNotLeader);
  EXPECT_TRUE(sent().empty());

  transport.results.clear();

  EXPECT_TRUE(sent().empty());
}

TEST_F(ControlAnswersTest, APeerThatStartsAnewIsNotToldOfItsEarlierRequests) {
  const auto earlier = open(kOther, 1);
  answers.forget(kOther);
  open(kOther, 1);

  answers.answer(earlier, Index());

  EXPECT_TRUE(sent().empty());
  EXPECT_EQ(answers.size(), 1U);
}

TEST_F(ControlAnswersTest, AtTheBoundRequestsAreRefused) {
  options.controls_max = 1;
  const auto ticket = open(kOther, 1);

  EXPECT_EQ(answers.open(kLeader, 1), Result<ControlAnswers::Ticket>(fail(Errc::kBusy)));
  answers.answer(ticket, Index());
  EXPECT_TRUE(answers.open(kLeader, 2).has_value());
}

TEST_F(ControlAnswersTest, WhatWaitsForRoomIsBounded) {
  options.controls_max = 2;
  transport.room = 0;
  for (std::uint64_t sequence = 1; sequence <= 9; ++sequence) {
    answers.refuse(kOther, sequence, Errc::kBusy);
  }
  answers.send(transport);
  transport.room = 100;

  EXPECT_EQ(sent().size(), 4U);
  EXPECT_EQ(sent().front().sequence, 6U);
}

TEST_F(ControlAnswersTest, NothingLeavesAfterClear) {
  const auto ticket = open(kOther, 1);
  answers.refuse(kOther, 2, Errc::kBusy);

  answers.clear();
  answers.answer(ticket, Index());

  EXPECT_TRUE(sent().empty());
}

}  // namespace buoyant::node::controls_test
