// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/core/raft_options.h"

#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <chrono>

namespace buoyant::core::raft_options_test {

using std::chrono::hours;
using std::chrono::milliseconds;

class RaftOptionsTest : public testing::Test {
 protected:
  void SetUp() override { options_.id = ServerId(1); }

  /// The reason of the refusal; empty: accepted.
  [[nodiscard]] std::string refusal() const {
    const Result<void> result = validate(options_);
    return result ? "" : result.error().context();
  }

  RaftOptions options_;
};

TEST_F(RaftOptionsTest, TheDefaultsAreValid) {
  EXPECT_EQ(refusal(), "");
}

TEST_F(RaftOptionsTest, ARefusalIsAboutTheOptions) {
  options_.id = ServerId();

  EXPECT_EQ(validate(options_).error().code(), Errc::kInvalidOptions);
}

TEST_F(RaftOptionsTest, TheIdZeroIsNobody) {
  options_.id = ServerId();

  EXPECT_EQ(refusal(), "id must not be zero");
}

TEST_F(RaftOptionsTest, HeartbeatsHaveAnInterval) {
  options_.heartbeat_interval = Duration(0);

  EXPECT_EQ(refusal(), "heartbeat_interval must be positive");
}

TEST_F(RaftOptionsTest, TwoHeartbeatsFitIntoAnElectionTimeout) {
  options_.election_timeout = milliseconds(199);
  EXPECT_EQ(refusal(), "election_timeout must be at least 2 heartbeat_interval");

  options_.election_timeout = milliseconds(200);
  EXPECT_EQ(refusal(), "");
}

TEST_F(RaftOptionsTest, TheLongestHeartbeatIntervalIsRefusedWithoutOverflow) {
  options_.heartbeat_interval = Duration::max();

  EXPECT_EQ(refusal(), "election_timeout must be at least 2 heartbeat_interval");
}

TEST_F(RaftOptionsTest, AnElectionTimeoutIsAtMostAnHour) {
  options_.election_timeout = hours(1) + milliseconds(1);

  EXPECT_EQ(refusal(), "election_timeout must be at most an hour");
}

TEST_F(RaftOptionsTest, SomethingMayBeInFlight) {
  options_.inflight_entries_max = 0;

  EXPECT_EQ(refusal(), "inflight_entries_max must be from 1 to 2^40");
}

TEST_F(RaftOptionsTest, NotSoMuchMayBeInFlightThatIndexesOverflow) {
  options_.inflight_entries_max = (std::uint64_t{1} << 40U) + 1;

  EXPECT_EQ(refusal(), "inflight_entries_max must be from 1 to 2^40");
}

TEST_F(RaftOptionsTest, ADiskMayTakeSomeTime) {
  options_.disk_stall_limit = Duration(0);

  EXPECT_EQ(refusal(), "disk_stall_limit must be positive");
}

TEST_F(RaftOptionsTest, ADiskStallIsNoticedWithinADay) {
  options_.disk_stall_limit = Duration::max();

  EXPECT_EQ(refusal(), "disk_stall_limit must be at most a day");
}

TEST_F(RaftOptionsTest, LeasesNeedCheckQuorum) {
  options_.lease_reads = true;
  EXPECT_EQ(refusal(), "");

  options_.check_quorum = false;
  EXPECT_EQ(refusal(), "lease_reads needs check_quorum");
}

TEST_F(RaftOptionsTest, ClocksDriftLessThanALeaseLasts) {
  options_.lease_reads = true;
  options_.clock_drift_max = options_.election_timeout;
  EXPECT_EQ(refusal(), "clock_drift_max must be less than election_timeout");

  options_.clock_drift_max = Duration(-1);
  EXPECT_EQ(refusal(), "clock_drift_max must be less than election_timeout");
}

TEST_F(RaftOptionsTest, WithoutLeasesClocksMayDrift) {
  options_.clock_drift_max = hours(2);

  EXPECT_EQ(refusal(), "");
}

TEST_F(RaftOptionsTest, CatchingUpTakesSomeTime) {
  options_.catch_up_timeout = Duration(0);

  EXPECT_EQ(refusal(), "catch_up_timeout must be positive and at most a day");
}

}  // namespace buoyant::core::raft_options_test
