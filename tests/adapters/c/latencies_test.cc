// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/c/latencies.h"

#include "buoyant/latencies.h"
#include "tests/adapters/c/node_fixture.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>

namespace buoyant::c_api::latencies_test {

using testing_support::AloneFixture;

/// A new histogram of C++ does not compile here: it is missing in C.
std::size_t histograms_of(const Latencies& latencies) {
  const auto& [queue, disk, network, apply, total, read, storage_write] = latencies;
  const std::array all = {&queue, &disk, &network, &apply, &total, &read, &storage_write};
  return all.size();
}

class CLatenciesTest : public AloneFixture {};

TEST_F(CLatenciesTest, AreOfEachStage) {
  const buoyant_latencies_t* latencies = buoyant_latencies(server_.node);

  EXPECT_EQ(latencies->total.count, 1U);
  EXPECT_EQ(latencies->disk.count, 1U);
  EXPECT_GT(latencies->disk.sum_ns, 0U);
  EXPECT_EQ(latencies->total.longest_ns, latencies->total.sum_ns);
  EXPECT_GE(latencies->total.p999_ns, latencies->total.p50_ns);
  EXPECT_GT(latencies->write.count, 1U);
  EXPECT_EQ(latencies->read.count, 0U);
  buoyant_latencies_free(latencies);
}

TEST_F(CLatenciesTest, TellWhatHappenedBetweenTwoOfThem) {
  const buoyant_latencies_t* earlier = buoyant_latencies(server_.node);
  ASSERT_EQ(propose(server_, "y"), 0);
  ASSERT_EQ(propose(server_, "z"), 0);
  const buoyant_latencies_t* now = buoyant_latencies(server_.node);

  const buoyant_latencies_t* between = buoyant_latencies_since(now, earlier);
  buoyant_latencies_free(earlier);
  buoyant_latencies_free(now);

  EXPECT_EQ(between->total.count, 2U);
  EXPECT_EQ(between->read.count, 0U);
  EXPECT_EQ(buoyant_latencies_percentile(between, BUOYANT_STAGE_TOTAL, 50), between->total.p50_ns);
  buoyant_latencies_free(between);
}

TEST_F(CLatenciesTest, AnswerForEachStageAndForNoOther) {
  const buoyant_latencies_t* latencies = buoyant_latencies(server_.node);
  constexpr std::uint64_t kEver = std::numeric_limits<std::uint64_t>::max();

  EXPECT_EQ(buoyant_latencies_percentile(latencies, BUOYANT_STAGE_DISK, 99),
            latencies->disk.p99_ns);
  EXPECT_EQ(buoyant_latencies_percentile(latencies, BUOYANT_STAGE_WRITE, 50),
            latencies->write.p50_ns);
  EXPECT_EQ(buoyant_latencies_percentile(latencies, BUOYANT_STAGE_READ, 50), 0U);
  EXPECT_EQ(buoyant_latencies_percentile(latencies, BUOYANT_STAGE_DISK, 101), 0U);
  EXPECT_EQ(buoyant_latencies_percentile(latencies, BUOYANT_STAGE_WRITE + 1, 50), 0U);
  EXPECT_EQ(buoyant_latencies_percentile(latencies, -1, 50), 0U);
  EXPECT_EQ(buoyant_latencies_count_through(latencies, BUOYANT_STAGE_DISK, 0), 0U);
  EXPECT_EQ(buoyant_latencies_count_through(latencies, BUOYANT_STAGE_DISK, kEver), 1U);
  EXPECT_EQ(buoyant_latencies_count_through(latencies, BUOYANT_STAGE_WRITE + 1, kEver), 0U);
  buoyant_latencies_free(latencies);
}

TEST(CLatenciesNameTest, StagesHaveTheNamesThatJsonHas) {
  EXPECT_EQ(histograms_of({}), std::size_t{BUOYANT_STAGE_WRITE} + 1);
  EXPECT_STREQ(buoyant_stage_name(BUOYANT_STAGE_QUEUE), "queue");
  EXPECT_STREQ(buoyant_stage_name(BUOYANT_STAGE_WRITE), "storage_write");
  EXPECT_STREQ(buoyant_stage_name(BUOYANT_STAGE_WRITE + 1), "unknown");
  buoyant_latencies_free(nullptr);
}

}  // namespace buoyant::c_api::latencies_test
