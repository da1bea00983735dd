// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// An entry rots far back in the log of one server of three, under load, where nobody reads it: its
/// scrub finds it, says what to do, and it helps.

#include "tests/process/kv_cluster_fixture.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace buoyant::process::kv_scrub_test {

constexpr const char* kLandmark = "a-value-that-is-found-again-in-the-file";

class KvScrubTest : public KvClusterFixture {
 protected:
  void SetUp() override {
    cluster_.start_voters();
    ASSERT_NE(cluster_.wait_leader(soon()), 0U) << described(cluster_);
    ASSERT_EQ(cluster_.ask_any({1, 2}, {"SET", "landmark", kLandmark}, soon()), "");
    load_.start();
    ASSERT_TRUE(load_.wait_acknowledged(200, soon())) << described(cluster_);
    // From here on it applies its log after a restart: the landmark is before. Each snapshot ends a
    // record of the log, and the last eight are read at opening.
    for (int records = 0; records < 9; ++records) {
      ASSERT_EQ(cluster_.ask_any({3}, {"RAFT.SNAPSHOT"}, soon()), "") << described(cluster_);
      ASSERT_TRUE(load_.wait_acknowledged(20, soon())) << described(cluster_);
    }
  }

  KvClusterOptions scrubbing() {
    KvClusterOptions options = cluster_options(3);
    options.flags.insert(options.flags.end(), {"--scrub-bytes-per-second", "100000000"});
    return options;
  }

  /// Flips a bit of the landmark wherever it stands in the third's data.mdb.
  void rot() {
    const std::string path = third_.data_path() + "/data.mdb";
    std::ifstream file(path, std::ios::binary);
    std::string contents{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    std::size_t found = 0;
    for (std::size_t at = contents.find(kLandmark); at != std::string::npos;
         at = contents.find(kLandmark, at + 1)) {
      contents[at + 1] = '_';
      ++found;
    }
    ASSERT_GT(found, 0U) << "the log has it still";
    std::ofstream(path, std::ios::binary) << contents;
  }

  [[nodiscard]] bool says(const std::string& text) const {
    const auto status = third_.status(within(seconds(2)));
    return status && status->json.find(text) != std::string::npos;
  }

  KvCluster cluster_{scrubbing()};
  KvServer& third_ = cluster_.server(3);
  KvLoad load_{load_options(), ports_of(cluster_, {1, 2})};
};

TEST_F(KvScrubTest, WhatNobodyReadsIsFoundSaidAndMended) {
  ASSERT_TRUE(third_.stop(within(seconds(10)))) << described(cluster_);
  rot();

  third_.start();

  EXPECT_TRUE(wait_until(soon(), [&] { return says("the log fails its checks from index"); }))
      << described(cluster_);
  EXPECT_TRUE(says("remove this server from the cluster and add it again"));
  EXPECT_NE(third_.log().find("stored data is damaged"), std::string::npos) << third_.log();
  EXPECT_TRUE(says("\"faulted\":null")) << "it goes on with the rest";
  EXPECT_TRUE(load_.wait_acknowledged(50, soon())) << described(cluster_);

  ASSERT_TRUE(third_.stop(within(seconds(10)))) << described(cluster_);
  std::filesystem::remove_all(third_.data_path());
  third_.forget_members();
  ASSERT_EQ(cluster_.ask_any({1, 2}, {"RAFT.REMOVE", "3"}, soon()), "") << described(cluster_);
  third_.start();
  ASSERT_EQ(cluster_.ask_any({1, 2}, {"RAFT.ADD", "3", third_.address()}, soon()), "")
      << described(cluster_);
  EXPECT_TRUE(wait_until(soon(), [&] { return says("\"damage\":null"); })) << described(cluster_);
  expect_sound(cluster_, load_, {1, 2, 3});
}

}  // namespace buoyant::process::kv_scrub_test
