// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Gives a fuzzer's target every kept input: what was found once is found again, with every
/// compiler and sanitizer. One binary per target.

#include "tests/fuzz/input.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace buoyant::fuzz::replay_test {

std::vector<std::uint8_t> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::filesystem::path> kept_inputs() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(BUOYANT_FUZZ_CORPUS)) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

TEST(FuzzReplayTest, EveryKeptInputIsHarmless) {
  const std::vector<std::filesystem::path> paths = kept_inputs();

  for (const std::filesystem::path& path : paths) {
    SCOPED_TRACE(path.filename());
    const std::vector<std::uint8_t> input = read_file(path);
    EXPECT_EQ(LLVMFuzzerTestOneInput(input.data(), input.size()), 0);
  }

  EXPECT_FALSE(paths.empty());
}

TEST(FuzzReplayTest, NoInputAtAllIsHarmless) {
  EXPECT_EQ(LLVMFuzzerTestOneInput(nullptr, 0), 0);
}

}  // namespace buoyant::fuzz::replay_test
