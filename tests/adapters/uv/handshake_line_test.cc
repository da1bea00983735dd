// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/handshake_line.h"

#include "tests/adapters/uv/loop_fixture.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::uv::handshake_line_test {

using Kind = HandshakeLine::Kind;
using Place = HandshakeLine::Place;
using Log = std::vector<std::string>;

class HandshakeLineTest : public testing::Test {
 protected:
  void TearDown() override {
    deadlines_->close([this] { closed_ = true; });
    EXPECT_TRUE(loop_.run_until([this] { return closed_; }));
  }

  HandshakeLine::Call note(const std::string& name) {
    return [this, name] { log_.push_back(name); };
  }

  tests::TestLoop loop_;
  std::unique_ptr<Deadlines> deadlines_ = std::make_unique<Deadlines>(*loop_);
  bool closed_ = false;
  Log log_;
};

TEST_F(HandshakeLineTest, OneStepRunsInAnIterationOfTheLoop) {
  HandshakeLine line(*deadlines_, 50);
  Place first(line);
  Place second(line);
  first.wait(Kind::kStrangers, note("first"));
  second.wait(Kind::kStrangers, note("second"));
  EXPECT_TRUE(log_.empty());

  loop_.run_until([this] { return !log_.empty(); });
  EXPECT_EQ(log_, Log{"first"});

  loop_.run_until([this] { return log_.size() > 1; });
  EXPECT_EQ(log_, (Log{"first", "second"}));
}

TEST_F(HandshakeLineTest, WhatHasBegunGoesFirst) {
  HandshakeLine line(*deadlines_, 50);
  Place stranger(line);
  Place begun(line);
  stranger.wait(Kind::kStrangers, note("stranger"));
  begun.wait(Kind::kBegun, note("begun"));

  loop_.run_until([this] { return log_.size() == 2; });

  EXPECT_EQ(log_, (Log{"begun", "stranger"}));
}

TEST_F(HandshakeLineTest, StrangersBeyondTheTokensOfASecondWaitForNewOnes) {
  const Instant begin = deadlines_->now();
  HandshakeLine line(*deadlines_, 20);
  std::vector<std::unique_ptr<Place>> places;
  for (int i = 0; i < 22; ++i) {
    places.push_back(std::make_unique<Place>(line));
    places.back()->wait(Kind::kStrangers, note("stranger"));
  }

  EXPECT_TRUE(loop_.run_until([this] { return log_.size() == 22; }));

  EXPECT_GE(deadlines_->now() - begin, std::chrono::milliseconds(100));
}

TEST_F(HandshakeLineTest, WhatHasBegunNeedsNoToken) {
  HandshakeLine line(*deadlines_, 1);
  Place first(line);
  Place waiting(line);
  first.wait(Kind::kStrangers, note("first"));
  waiting.wait(Kind::kStrangers, note("waiting"));
  ASSERT_TRUE(loop_.run_until([this] { return log_.size() == 1; }));

  Place begun(line);
  begun.wait(Kind::kBegun, note("begun"));

  EXPECT_TRUE(loop_.run_until([this] { return log_.size() > 1; }));
  EXPECT_EQ(log_, (Log{"first", "begun"}));
}

TEST_F(HandshakeLineTest, APlaceThatIsGivenUpRunsNothing) {
  HandshakeLine line(*deadlines_, 50);
  Place stays(line);
  {
    Place gone(line);
    gone.wait(Kind::kStrangers, note("gone"));
    stays.wait(Kind::kStrangers, note("stays"));
  }

  loop_.run_until([this] { return !log_.empty(); });

  EXPECT_EQ(log_, Log{"stays"});
}

}  // namespace buoyant::uv::handshake_line_test
