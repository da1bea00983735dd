// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// handshake_bench, for three visits.

#include "tests/bench/program.h"

#include <gtest/gtest.h>

namespace buoyant::bench::handshake_test {

TEST(HandshakeBenchTest, MeasuresIterationsInTheClearAndWithTls) {
  const nlohmann::json figures = bench_program::run(
      "handshake_bench", {"--visits", "3", "--data", BUOYANT_BINARY_DIR "/tmp"}, "--json");

  ASSERT_TRUE(figures.is_object());
  for (const char* name : {"clear", "tls"}) {
    const nlohmann::json& part = figures.at(name);
    EXPECT_EQ(part.at("visits"), 3);
    EXPECT_GT(part.at("iterations"), 6);
    EXPECT_LE(part.at("p50_us"), part.at("p99_us"));
    EXPECT_LE(part.at("p99_us"), part.at("longest_us"));
  }
  // Certificates are checked and keys are made in one of them, and not in the other.
  EXPECT_GT(figures.at("tls").at("longest_us"), figures.at("clear").at("p50_us"));
}

}  // namespace buoyant::bench::handshake_test
