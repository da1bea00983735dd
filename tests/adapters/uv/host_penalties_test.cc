// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/host_penalties.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace buoyant::uv::host_penalties_test {

using std::chrono::milliseconds;
using std::chrono::seconds;

class HostPenaltiesTest : public ::testing::Test {
 protected:
  /// How long the host is penalized from now on, in whole seconds.
  [[nodiscard]] int seconds_left(const std::string& host) const {
    int left = 0;
    while (penalties_.is_penalized(host, now_ + seconds(left))) {
      ++left;
    }
    return left;
  }

  HostPenalties penalties_{seconds(1), seconds(8)};
  Instant now_{seconds(100)};
};

TEST_F(HostPenaltiesTest, AnOffenceCountsForItsHostOnly) {
  penalties_.note_offence("10.0.0.1", now_);

  EXPECT_EQ(seconds_left("10.0.0.1"), 1);
  EXPECT_EQ(seconds_left("10.0.0.2"), 0);
}

TEST_F(HostPenaltiesTest, EachOffenceDoublesItUpToTheLongest) {
  std::vector<int> lengths;
  for (int offence = 0; offence < 6; ++offence) {
    penalties_.note_offence("10.0.0.1", now_);
    lengths.push_back(seconds_left("10.0.0.1"));
  }

  EXPECT_EQ(lengths, (std::vector<int>{1, 2, 4, 8, 8, 8}));
}

TEST_F(HostPenaltiesTest, WhatIsLongOverIsForgotten) {
  penalties_.note_offence("10.0.0.1", now_);
  penalties_.note_offence("10.0.0.1", now_);
  now_ = now_ + seconds(2 + 8);

  penalties_.note_offence("10.0.0.1", now_);

  EXPECT_EQ(seconds_left("10.0.0.1"), 1);
}

TEST_F(HostPenaltiesTest, AnotherOffenceSoonAfterTheEndIsNoFirstOne) {
  penalties_.note_offence("10.0.0.1", now_);
  now_ = now_ + seconds(1 + 7);

  penalties_.note_offence("10.0.0.1", now_);

  EXPECT_EQ(seconds_left("10.0.0.1"), 2);
}

TEST_F(HostPenaltiesTest, AnAdmittedPeerEndsIt) {
  penalties_.note_offence("10.0.0.1", now_);

  penalties_.clear("10.0.0.1");

  EXPECT_EQ(seconds_left("10.0.0.1"), 0);
}

TEST_F(HostPenaltiesTest, ThereAreNoneWhereTheyAreSwitchedOff) {
  HostPenalties off(Duration(0), seconds(8));

  off.note_offence("10.0.0.1", now_);

  EXPECT_FALSE(off.is_penalized("10.0.0.1", now_));
  EXPECT_EQ(off.size(), 0U);
}

TEST_F(HostPenaltiesTest, TheHostsAreBounded) {
  for (std::size_t host = 0; host <= HostPenalties::kHostsMax; ++host) {
    penalties_.note_offence("host" + std::to_string(host), now_ + milliseconds(host));
  }

  EXPECT_EQ(penalties_.size(), HostPenalties::kHostsMax);
  EXPECT_EQ(seconds_left("host0"), 0);
  EXPECT_GT(seconds_left("host1"), 0);
}

}  // namespace buoyant::uv::host_penalties_test
