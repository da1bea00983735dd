// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/progress.h"

#include "tests/support/print_core.h"

#include <gtest/gtest.h>

namespace buoyant::core::progress_test {

class ProgressTest : public testing::Test {
 protected:
  void SetUp() override {
    progress_.id = ServerId(2);
    progress_.match = Index(5);
    progress_.next = Index(9);
  }

  void TearDown() override { EXPECT_LT(progress_.match, progress_.next); }

  Progress progress_;
};

TEST_F(ProgressTest, BeginsWithAProbe) {
  EXPECT_EQ(progress_.state, ProgressState::kProbe);
  EXPECT_FALSE(progress_.probe_sent);
}

TEST_F(ProgressTest, AgreementPipelinesFromTheNextEntryOn) {
  progress_.agree(Index(12));

  EXPECT_EQ(progress_.state, ProgressState::kReplicate);
  EXPECT_EQ(progress_.next, Index(13));
}

TEST_F(ProgressTest, AgreementDoesNotSendAgainWhatWasSent) {
  progress_.agree(Index(6));

  EXPECT_EQ(progress_.next, Index(9));
}

TEST_F(ProgressTest, ProbingGoesBack) {
  progress_.agree(Index(12));

  progress_.probe_from(Index(7));

  EXPECT_EQ(progress_.state, ProgressState::kProbe);
  EXPECT_EQ(progress_.next, Index(7));
  EXPECT_FALSE(progress_.probe_sent);
}

TEST_F(ProgressTest, ProbingNeverGoesBackToWhatMatches) {
  progress_.probe_from(Index(2));

  EXPECT_EQ(progress_.next, Index(6));
}

TEST_F(ProgressTest, ASentProbeWaitsForAHeartbeatThatFollowsIt) {
  progress_.check_round = Round(3);

  progress_.wait_for_probe(Index(8));

  EXPECT_TRUE(progress_.probe_sent);
  EXPECT_EQ(progress_.probe_through, Index(8));
  EXPECT_EQ(progress_.check_round, Round());
}

TEST_F(ProgressTest, IsFoundById) {
  ProgressTable table{progress_};

  EXPECT_EQ(find_progress(table, ServerId(2)), &table[0]);
  EXPECT_EQ(find_progress(table, ServerId(3)), nullptr);
}

TEST_F(ProgressTest, EveryStateHasAName) {
  EXPECT_STREQ(progress_name(ProgressState::kProbe), "probe");
  EXPECT_STREQ(progress_name(ProgressState::kReplicate), "replicate");
  EXPECT_STREQ(progress_name(ProgressState::kSnapshot), "snapshot");
  EXPECT_STREQ(progress_name(ProgressState{9}), "?");
}

}  // namespace buoyant::core::progress_test
