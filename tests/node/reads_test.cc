// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/reads.h"

#include "tests/node/fakes.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <vector>

namespace buoyant::node::reads_test {

using std::chrono_literals::operator""ms;
using Outcomes = std::vector<Result<Index>>;

/// A follower's reads; the election timeout is 1000 ms.
class ReadsTest : public testing::Test {
 protected:
  void SetUp() override {
    options_.id = ServerId(1);
    options_.reads_max = 4;
  }

  void read(ReadMode mode = ReadMode::kLinearizable) {
    reads_.add(
        mode, [this](Result<Index> outcome) { outcomes_.push_back(outcome); }, now_);
  }

  void ask(std::uint64_t leader = 2) { reads_.ask(now_, ServerId(leader), codec_, transport_); }

  void grant(std::uint64_t sequence, std::uint64_t index, std::uint64_t from = 2) {
    reads_.on_reply(now_, ServerId(from),
                    {.sequence = sequence, .granted = true, .index = Index(index)});
  }

  void refuse(std::uint64_t sequence, std::uint64_t from = 2) {
    reads_.on_reply(now_, ServerId(from), {.sequence = sequence, .granted = false, .index = {}});
  }

  /// Everything up to `index` is applied, and the callbacks run.
  void apply(std::uint64_t index) {
    reads_.on_applied(now_, Index(index));
    callbacks_.run(1000, Instant());
  }

  void elapse(Duration by) {
    now_ = now_ + by;
    reads_.expire(now_, 1000);
    callbacks_.run(1000, Instant());
  }

  /// The sequences of the requests that were sent so far.
  [[nodiscard]] std::vector<std::uint64_t> asked() const {
    std::vector<std::uint64_t> sequences;
    for (const ReadRequest& request : transport_.messages<ReadRequest>()) {
      sequences.push_back(request.sequence);
    }
    return sequences;
  }

  [[nodiscard]] std::optional<Errc> error() const {
    return outcomes_.empty() || outcomes_.back() ? std::nullopt
                                                 : std::optional(outcomes_.back().error().code());
  }

  NodeOptions options_;
  ProposalBudget budget_;
  Latencies latencies_;
  CallbackQueue callbacks_{budget_, latencies_};
  flatbuf::FlatbuffersCodec codec_;
  fakes::FakeTransport transport_;
  Instant now_{std::chrono::seconds(10)};
  Reads reads_{options_, callbacks_, latencies_.read, 1};
  Outcomes outcomes_;
};

TEST_F(ReadsTest, AllThatWereGatheredAreAskedForAtOnce) {
  read();
  read();
  ask();

  grant(1, 7);
  apply(7);

  EXPECT_EQ(asked(), std::vector<std::uint64_t>{1});
  EXPECT_EQ(outcomes_, (Outcomes{Index(7), Index(7)}));
}

TEST_F(ReadsTest, EachModeIsAskedForOnItsOwn) {
  read();
  read(ReadMode::kLease);
  ask();

  EXPECT_EQ(
      transport_.messages<ReadRequest>(),
      (std::vector<ReadRequest>{{.sequence = 1, .lease = false}, {.sequence = 2, .lease = true}}));
}

// R5, R7
TEST_F(ReadsTest, AGrantedReadWaitsUntilItsIndexIsApplied) {
  read();
  ask();
  grant(1, 7);

  apply(6);
  EXPECT_EQ(outcomes_, Outcomes{});

  apply(9);
  EXPECT_EQ(outcomes_, (Outcomes{Index(9)}));
}

// R2
TEST_F(ReadsTest, AnAnswerIsForWhatWasAskedWithItsNumber) {
  read();
  ask();
  read();
  ask();

  grant(1, 7);
  apply(7);

  EXPECT_EQ(outcomes_.size(), 1U);
}

TEST_F(ReadsTest, AnAnswerOfAnotherServerCountsForNothing) {
  read();
  ask(2);

  grant(1, 7, 3);
  apply(7);

  EXPECT_EQ(outcomes_, Outcomes{});
}

TEST_F(ReadsTest, ARefusedReadIsAskedForAgainAfterAWhile) {
  read();
  ask();
  refuse(1);
  ask();
  EXPECT_EQ(asked(), std::vector<std::uint64_t>{1});

  elapse(options_.heartbeat_interval);
  ask();
  grant(2, 7);
  apply(7);

  EXPECT_EQ(outcomes_, (Outcomes{Index(7)}));
}

TEST_F(ReadsTest, ANewLeaderIsAskedAtOnce) {
  read();
  ask(2);
  reads_.on_leader(ServerId(3));
  ask(3);

  grant(1, 5, 2);
  grant(2, 7, 3);
  apply(7);

  EXPECT_EQ(asked(), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(outcomes_, (Outcomes{Index(7)}));
}

TEST_F(ReadsTest, ALostConnectionHasItAskedForAgain) {
  read();
  ask();
  reads_.on_disconnected(ServerId(2));
  ask();

  EXPECT_EQ(asked(), (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(ReadsTest, ARequestWithoutAnAnswerIsGivenUp) {
  read();
  ask();

  elapse(options_.election_timeout - 1ms);
  ask();
  EXPECT_EQ(asked(), std::vector<std::uint64_t>{1});

  elapse(1ms);
  ask();
  EXPECT_EQ(asked(), (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(ReadsTest, AReadThatNobodyAnswersEndsAfterFiveTimeouts) {
  read();
  ask();

  elapse(5 * options_.election_timeout - 1ms);
  EXPECT_EQ(outcomes_, Outcomes{});

  elapse(1ms);
  EXPECT_EQ(error(), Errc::kNoLeader);
  EXPECT_EQ(outcomes_.back().error().outcome(), Outcome::kNotCommitted);
}

TEST_F(ReadsTest, AReadThatIsNotAppliedInTimeEndsToo) {
  read();
  ask();
  grant(1, 7);

  elapse(5 * options_.election_timeout);

  EXPECT_EQ(error(), Errc::kNotReady);
}

TEST_F(ReadsTest, ItsDeadlineIsTheNextOne) {
  EXPECT_EQ(reads_.next_deadline(), Instant::never());
  read();

  EXPECT_EQ(reads_.next_deadline(), now_ + 5 * options_.election_timeout);

  ask();
  EXPECT_EQ(reads_.next_deadline(), now_ + options_.election_timeout);

  refuse(1);
  EXPECT_EQ(reads_.next_deadline(), now_ + options_.heartbeat_interval);
}

TEST_F(ReadsTest, ThereIsABoundOfReads) {
  read();
  read();
  read();
  EXPECT_TRUE(reads_.has_room());
  read();
  EXPECT_FALSE(reads_.has_room());

  ask();
  grant(1, 7);
  reads_.on_applied(now_, Index(7));
  EXPECT_FALSE(reads_.has_room());

  callbacks_.run(1, Instant());
  EXPECT_TRUE(reads_.has_room());
}

TEST_F(ReadsTest, BeyondTheBoundOfRequestsReadsGather) {
  options_.reads_max = 100;
  for (std::size_t i = 0; i < Reads::kRequestsMax + 2; ++i) {
    read();
    ask();
  }
  EXPECT_EQ(asked().size(), Reads::kRequestsMax);

  grant(1, 7);
  ask();
  EXPECT_EQ(asked().size(), Reads::kRequestsMax + 1);
  grant(Reads::kRequestsMax + 1, 7);
  apply(7);

  EXPECT_EQ(outcomes_.size(), 3U);
}

TEST_F(ReadsTest, AFullQueueKeepsThem) {
  transport_.room = 0;
  read();
  ask();
  transport_.room = 1;
  ask();

  EXPECT_EQ(asked(), std::vector<std::uint64_t>{1});
}

TEST_F(ReadsTest, AllEndAtTheEnd) {
  read();
  ask();
  grant(1, 7);
  read();
  ask();
  read();

  reads_.fail_all(Error(Errc::kStopped));
  callbacks_.run(1000, Instant());

  EXPECT_EQ(outcomes_.size(), 3U);
  EXPECT_EQ(error(), Errc::kStopped);
  EXPECT_EQ(reads_.pending(), 0U);
  EXPECT_EQ(reads_.next_deadline(), Instant::never());
}

TEST_F(ReadsTest, WhatIsAppliedIsAsNewAsTheCallOfTheNewestRead) {
  read();
  ask();
  const Instant called = now_;
  now_ = now_ + 10ms;
  grant(1, 7);
  EXPECT_EQ(reads_.as_of(), Instant());

  apply(7);

  EXPECT_EQ(reads_.as_of(), called);
}

TEST_F(ReadsTest, ARefreshIsAReadThatNobodyWaitsFor) {
  reads_.refresh(now_);
  reads_.refresh(now_);
  ask();
  EXPECT_EQ(asked(), std::vector<std::uint64_t>{1});
  EXPECT_EQ(reads_.pending(), 0U);

  grant(1, 7);
  apply(7);

  EXPECT_EQ(reads_.as_of(), now_);
  EXPECT_EQ(reads_.granted(), 0U);
  reads_.refresh(now_);
  ask();
  EXPECT_EQ(asked(), (std::vector<std::uint64_t>{1, 2}));
}

}  // namespace buoyant::node::reads_test
