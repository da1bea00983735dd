// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/stage_clock.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::bench::stage_clock_test {

class BenchStageClockTest : public testing::Test {
 protected:
  static StageClock::Instant at(int microseconds) {
    return StageClock::Instant(std::chrono::microseconds(microseconds));
  }

  [[nodiscard]] std::vector<double> means() const {
    std::vector<double> means;
    for (const auto& [name, mean] : clock_.means_us()) {
      means.push_back(mean);
    }
    return means;
  }

  StageClock clock_;
};

using Means = std::vector<double>;

TEST_F(BenchStageClockTest, AProposalGoesThroughFourStages) {
  clock_.on_submitted(WriteId(1), Index(5), at(110));
  clock_.on_durable(WriteId(1), at(310));
  clock_.on_applying(Index(5), at(340));
  clock_.on_ended(Index(5), at(100), at(344));

  EXPECT_EQ(means(), (Means{10, 200, 30, 4}));
}

TEST_F(BenchStageClockTest, ThoseOfOneWriteShareIt) {
  clock_.on_submitted(WriteId(1), Index(2), at(100));
  clock_.on_durable(WriteId(1), at(200));
  clock_.on_applying(Index(2), at(200));
  clock_.on_ended(Index(1), at(0), at(200));
  clock_.on_ended(Index(2), at(50), at(200));

  EXPECT_EQ(means(), (Means{75, 100, 0, 0}));
}

TEST_F(BenchStageClockTest, EachHasTheWriteAndTheBatchThatItWasIn) {
  clock_.on_submitted(WriteId(1), Index(1), at(0));
  clock_.on_submitted(WriteId(2), Index(2), at(100));
  clock_.on_durable(WriteId(2), at(400));
  clock_.on_applying(Index(1), at(500));
  clock_.on_applying(Index(2), at(700));
  clock_.on_ended(Index(1), at(0), at(500));
  clock_.on_ended(Index(2), at(100), at(700));

  EXPECT_EQ(means(), (Means{0, 350, 200, 0}));
}

TEST_F(BenchStageClockTest, ForgetsWhatWasBefore) {
  clock_.on_submitted(WriteId(1), Index(1), at(0));
  clock_.on_durable(WriteId(1), at(10));
  clock_.on_applying(Index(1), at(10));
  clock_.on_ended(Index(1), at(0), at(10));

  clock_.reset();

  EXPECT_EQ(means(), Means());
}

TEST_F(BenchStageClockTest, WhatItDidNotSeeDoesNotCount) {
  clock_.on_ended(Index(1), at(0), at(10));

  EXPECT_EQ(means(), Means());
}

}  // namespace buoyant::bench::stage_clock_test
