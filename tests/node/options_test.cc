// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/model/frame.h"
#include "buoyant/model/hard_state.h"
#include "buoyant/node_options.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <limits>

namespace buoyant::node::options_test {

class NodeOptionsTest : public testing::Test {
 protected:
  void SetUp() override {
    options.id = ServerId(1);
    options.cluster = "cluster";
  }

  NodeOptions options;
};

TEST_F(NodeOptionsTest, DefaultOptionsAreValid) {
  EXPECT_TRUE(validate(options).has_value());
}

TEST_F(NodeOptionsTest, OptionsWithoutAnIdentityAreNot) {
  NodeOptions no_id = options;
  no_id.id = ServerId();
  NodeOptions no_cluster = options;
  no_cluster.cluster.clear();
  NodeOptions long_cluster = options;
  long_cluster.cluster = std::string(kClusterBytesMax + 1, 'x');

  EXPECT_STREQ(validate(no_id).error().context(), "id");
  EXPECT_STREQ(validate(no_cluster).error().context(), "cluster");
  EXPECT_STREQ(validate(long_cluster).error().context(), "cluster");
}

TEST_F(NodeOptionsTest, ABoundOfZeroIsNot) {
  NodeOptions no_entries = options;
  no_entries.append_entries_max = 0;
  NodeOptions no_frames = options;
  no_frames.frames_per_turn = 0;

  EXPECT_STREQ(validate(no_entries).error().context(), "append_entries_max");
  EXPECT_STREQ(validate(no_frames).error().context(), "frames_per_turn");
}

TEST_F(NodeOptionsTest, FramesThatNoTransportTakesAreNot) {
  options.entry_bytes_max = kFrameBytesHardMax;

  EXPECT_EQ(validate(options).error().code(), Errc::kInvalidOptions);
}

TEST_F(NodeOptionsTest, TimeoutsThatMakeNoSenseAreNot) {
  options.heartbeat_interval = options.election_timeout * 2;

  EXPECT_EQ(validate(options).error().code(), Errc::kInvalidOptions);
}

TEST_F(NodeOptionsTest, TheFrameCapHoldsTheLargestFrame) {
  EXPECT_GT(frame_bytes_max(options), options.append_bytes_max + options.entry_bytes_max);
  EXPECT_LE(frame_bytes_max(options), kFrameBytesHardMax);
}

TEST_F(NodeOptionsTest, ABoundThatCouldOverflowIsNot) {
  options.apply_entries_per_turn = std::numeric_limits<std::size_t>::max();

  EXPECT_EQ(validate(options).error().code(), Errc::kInvalidOptions);
}

}  // namespace buoyant::node::options_test
