// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/proposals.h"

#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <limits>

namespace buoyant::node::proposals_test {

constexpr LogPosition at(std::uint64_t term, std::uint64_t index) {
  return {.term = Term(term), .index = Index(index)};
}

constexpr Instant time_of(int milliseconds) {
  return Instant(std::chrono::milliseconds(milliseconds));
}

class ProposalsTest : public testing::Test {
 protected:
  void add(std::uint64_t term, std::uint64_t index, int deadline = 1000) {
    budget.take(10);
    Waiting waiting{.done =
                        [this, index](Result<Applied> outcome) {
                          told.emplace_back(index, outcome ? std::string(outcome->reply.text())
                                                           : outcome.error().name());
                        },
                    .bytes = 10,
                    .deadline = time_of(deadline)};
    proposals.add(at(term, index), std::move(waiting));
  }

  void apply(std::uint64_t term, std::uint64_t index) {
    proposals.applied(at(term, index), Bytes::copy_of("reply"));
  }

  using Told = std::vector<std::pair<std::uint64_t, std::string>>;

  Told run() {
    callbacks.run(1000, Instant());
    return std::exchange(told, {});
  }

  Told told;
  ProposalBudget budget{.proposals_max = 1000, .bytes_max = 100'000};
  Latencies latencies;
  CallbackQueue callbacks{budget, latencies};
  StageMarks stages{latencies};
  Proposals proposals{callbacks, stages};
};

TEST_F(ProposalsTest, TheSameTermAppliedIsCommitted) {
  add(2, 5);
  apply(2, 5);

  EXPECT_EQ(run(), (Told{{5, "reply"}}));
}

TEST_F(ProposalsTest, AnotherTermAppliedIsSuperseded) {
  add(2, 5);
  apply(3, 5);

  EXPECT_EQ(run(), (Told{{5, "superseded"}}));
}

TEST_F(ProposalsTest, NothingIsToldBeforeItsIndexIsApplied) {
  add(2, 5);
  apply(2, 4);

  EXPECT_TRUE(run().empty());
}

TEST_F(ProposalsTest, OneIndexMayBeWaitedForInTwoTerms) {
  add(2, 5);
  add(4, 5);
  apply(4, 5);

  EXPECT_EQ(run(), (Told{{5, "superseded"}, {5, "reply"}}));
}

TEST_F(ProposalsTest, TheEntryOfAnEarlierTermMayWinAfterAll) {
  add(2, 5);
  add(4, 5);
  apply(2, 5);

  EXPECT_EQ(run(), (Told{{5, "reply"}, {5, "superseded"}}));
}

TEST_F(ProposalsTest, ThoseThatWerePassedOverAreUnknown) {
  add(2, 5);
  apply(2, 7);

  EXPECT_EQ(run(), (Told{{5, "outcome_unknown"}}));
}

TEST_F(ProposalsTest, DeadlinesThatPassedAreUnknown) {
  add(2, 5, 100);
  add(2, 6, 200);
  proposals.expire(time_of(100), 100);

  EXPECT_EQ(run(), (Told{{5, "outcome_unknown"}}));
  EXPECT_EQ(proposals.next_deadline(), time_of(200));
}

TEST_F(ProposalsTest, WhatExpiredIsNotToldAgain) {
  add(2, 5, 100);
  proposals.expire(time_of(100), 100);
  run();
  apply(2, 5);

  EXPECT_TRUE(run().empty());
}

TEST_F(ProposalsTest, NoneHasNoDeadline) {
  EXPECT_EQ(proposals.next_deadline(), Instant::never());
}

TEST_F(ProposalsTest, FailAllLeavesNothingOpen) {
  add(2, 5);
  add(3, 4);
  proposals.fail_all("test");

  EXPECT_EQ(run().size(), 2U);
  EXPECT_TRUE(proposals.empty());
}

TEST_F(ProposalsTest, APositionThatComesTwiceIsUnknown) {
  add(2, 5);
  add(2, 5);

  EXPECT_EQ(run(), (Told{{5, "outcome_unknown"}}));
  apply(2, 5);
  EXPECT_EQ(run(), (Told{{5, "reply"}}));
}

TEST_F(ProposalsTest, TheBudgetIsFreeWhenTheCallbackRan) {
  add(2, 5);
  apply(2, 5);
  EXPECT_EQ(budget.proposals, 1U);
  run();

  EXPECT_EQ(budget.proposals, 0U);
  EXPECT_EQ(budget.bytes, 0U);
}

TEST_F(ProposalsTest, ForwardedOnesAreCountedUntilDecided) {
  proposals.add_forwarded(at(2, 5), 3, ServerId(9), time_of(0), time_of(1000));
  EXPECT_EQ(proposals.forwarded_by(ServerId(9)), 3U);
  apply(2, 5);
  EXPECT_EQ(proposals.forwarded_by(ServerId(9)), 2U);
  apply(3, 6);
  apply(3, 7);

  EXPECT_EQ(proposals.forwarded_by(ServerId(9)), 0U);
  EXPECT_TRUE(run().empty());
}

TEST_F(ProposalsTest, ForwardedOnesEndAtTheirDeadline) {
  proposals.add_forwarded(at(2, 5), 3, ServerId(9), time_of(0), time_of(100));
  proposals.expire(time_of(100), 100);

  EXPECT_EQ(proposals.forwarded_by(ServerId(9)), 0U);
}

TEST_F(ProposalsTest, ForwardedOnesAreDroppedWithTheLeadership) {
  add(2, 4);
  proposals.add_forwarded(at(2, 5), 3, ServerId(9), time_of(0), time_of(1000));
  proposals.drop_forwarded();
  EXPECT_EQ(proposals.forwarded_by(ServerId(9)), 0U);
  apply(2, 4);
  apply(2, 5);

  EXPECT_EQ(run(), (Told{{4, "reply"}}));
  EXPECT_EQ(proposals.forwarded_by(ServerId(9)), 0U);
}

TEST_F(ProposalsTest, ABoundedNumberExpiresAtATime) {
  add(2, 5, 100);
  add(2, 6, 100);
  proposals.expire(time_of(100), 1);

  EXPECT_EQ(run(), (Told{{5, "outcome_unknown"}}));
  EXPECT_EQ(proposals.next_deadline(), time_of(100));
}

}  // namespace buoyant::node::proposals_test
