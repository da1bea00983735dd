// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/corruption.h"

#include "tests/disk/scratch.h"
#include "tests/disk/store.h"

#include <gtest/gtest.h>

namespace buoyant::disk::corruption_test {

constexpr std::uint64_t kCount = 500;
constexpr std::uint64_t kSeed = 1;

class CorruptionTest : public testing::Test {
 protected:
  Scratch scratch_{default_scratch()};
};

TEST_F(CorruptionTest, DamagedDirectoriesServeNoWrongDataAndEndNoProcess) {
  const Samples samples = make_samples(scratch_ / "store", kSeed);
  CorruptionTable table;

  for (std::uint64_t number = 0; number < kCount; ++number) {
    const CorruptionResult result = try_corruption(scratch_ / "store", samples, kSeed, number);
    table.add(result);
    EXPECT_FALSE(result.is_wrong() || result.is_signal())
        << number << ": " << result.outcome << ", " << result.what;
  }

  EXPECT_EQ(table.wrong(), 0U) << table.text();
  EXPECT_EQ(table.signals(), 0U) << table.text();
}

TEST_F(CorruptionTest, AnUndamagedDirectoryIsTheSame) {
  const Sample sample = make_sample(scratch_ / "store", kSeed, kServer, kCluster);

  EXPECT_EQ(try_files(scratch_ / "store", sample.files, sample), "same");
}

TEST_F(CorruptionTest, OtherContentsAreSeenAsWrong) {
  Sample sample = make_sample(scratch_ / "store", kSeed, kServer, kCluster);
  sample.log.entries.back().sum += 1;

  EXPECT_TRUE(try_files(scratch_ / "store", sample.files, sample).starts_with("WRONG"));
}

}  // namespace buoyant::disk::corruption_test
