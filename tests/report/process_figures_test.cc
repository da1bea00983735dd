// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/report.h"

#include <gtest/gtest.h>

#include <unistd.h>

namespace buoyant::process_figures_test {

TEST(ExampleProcessFiguresTest, CountsOpenDescriptors) {
  const std::uint64_t before = process_figures().descriptors;
  const int descriptor = dup(0);
  ASSERT_GE(descriptor, 0);

  EXPECT_EQ(process_figures().descriptors, before + 1);

  close(descriptor);
  EXPECT_EQ(process_figures().descriptors, before);
}

TEST(ExampleProcessFiguresTest, KnowsHowMuchMemoryIsResident) {
  EXPECT_GT(process_figures().resident_bytes, 1U << 20U);
}

}  // namespace buoyant::process_figures_test
