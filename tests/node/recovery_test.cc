// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/recovery.h"

#include "tests/node/fakes.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node::recovery_test {

Identity identity_of(std::uint64_t server) {
  return {.cluster = "cluster", .server = ServerId(server)};
}

class RecoveryTest : public testing::Test {
 protected:
  void SetUp() override {
    options.id = ServerId(1);
    options.cluster = "cluster";
    stored.identity = identity_of(1);
  }

  NodeOptions options;
  port::StoredState stored;
  flatbuf::FlatbuffersCodec codec;
};

TEST_F(RecoveryTest, DecodesTheConfigurations) {
  const Configuration configuration =
      *make_configuration({{.id = ServerId(1), .address = "one:1"}});
  stored.hard_state = {.term = Term(4), .voted_for = ServerId(2)};
  stored.runs = {{.term = Term(1), .count = 1}};
  stored.configurations = {
      {.index = Index(1), .payload = codec.encode_configuration(configuration)}};

  const auto restored = restore(options, stored, codec);

  ASSERT_TRUE(restored.has_value());
  EXPECT_EQ(restored->hard_state, stored.hard_state);
  EXPECT_EQ(restored->runs, stored.runs);
  EXPECT_EQ(restored->configurations,
            (std::vector<ConfigurationAt>{{.index = Index(1), .configuration = configuration}}));
}

TEST_F(RecoveryTest, RefusesForeignData) {
  stored.identity.cluster = "another";
  EXPECT_EQ(restore(options, stored, codec).error().code(), Errc::kWrongCluster);
  stored.identity = identity_of(2);
  EXPECT_EQ(restore(options, stored, codec).error().code(), Errc::kWrongIdentity);
}

TEST_F(RecoveryTest, RefusesAConfigurationThatDoesNotDecode) {
  stored.configurations = {{.index = Index(1), .payload = Bytes::copy_of("nonsense")}};

  EXPECT_EQ(restore(options, stored, codec).error().code(), Errc::kStorageCorrupt);
}

TEST_F(RecoveryTest, PassesTheCoresOptionsOn) {
  options.election_timeout = std::chrono::milliseconds(321);
  options.pre_vote = false;
  options.seed = 9;

  const core::RaftOptions result = raft_options(options);

  EXPECT_EQ(result.id, ServerId(1));
  EXPECT_EQ(result.election_timeout, std::chrono::milliseconds(321));
  EXPECT_FALSE(result.pre_vote);
  EXPECT_EQ(result.seed, 9U);
}

}  // namespace buoyant::node::recovery_test
