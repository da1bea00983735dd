// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The checker of the format has to find what is wrong, or the tests that use it say nothing.

#include "tests/report/exposition_reader.h"

#include <gtest/gtest.h>

namespace buoyant::exposition_reader_test {

using testing_support::Page;
using testing_support::read_exposition;

std::size_t errors_in(const std::string& text) {
  return read_exposition(text).errors.size();
}

constexpr const char* kHead = "# HELP a A.\n# TYPE a gauge\n";

TEST(ExpositionReaderTest, ReadsFamiliesLabelsAndValues) {
  const Page page = read_exposition(std::string(kHead) + "a{b=\"x\\\"\\\\\\n\",c=\"\"} 1.5\n");

  EXPECT_EQ(page.errors, std::vector<std::string>());
  EXPECT_EQ(page.value("a", {{"b", "x\"\\\n"}, {"c", ""}}), 1.5);
}

TEST(ExpositionReaderTest, RefusesWhatIsNoSample) {
  EXPECT_EQ(errors_in(std::string(kHead) + "a 1"), 1U);
  EXPECT_GE(errors_in(std::string(kHead) + "a\n"), 1U);
  EXPECT_GE(errors_in(std::string(kHead) + "a x\n"), 1U);
  EXPECT_GE(errors_in(std::string(kHead) + "b 1\n"), 1U);
  EXPECT_GE(errors_in(std::string(kHead) + "a{b=\"\\x\"} 1\n"), 1U);
  EXPECT_GE(errors_in(std::string(kHead) + "a{b=\"} 1\n"), 1U);
  EXPECT_GE(errors_in(std::string(kHead) + "a 1\na 2\n"), 1U);
  EXPECT_GE(errors_in(kHead), 1U);
  EXPECT_GE(errors_in(std::string(kHead) + "a 1\n" + kHead + "a{b=\"1\"} 1\n"), 1U);
}

TEST(ExpositionReaderTest, RefusesACounterByAnotherName) {
  EXPECT_EQ(errors_in("# HELP a A.\n# TYPE a counter\na 1\n"), 1U);
  EXPECT_EQ(errors_in("# HELP a_total A.\n# TYPE a_total gauge\na_total 1\n"), 1U);
  EXPECT_EQ(errors_in("# HELP a_total A.\n# TYPE a_total counter\na_total 1\n"), 0U);
}

TEST(ExpositionReaderTest, RefusesAHistogramThatDoesNotAddUp) {
  const std::string head = "# HELP h H.\n# TYPE h histogram\n";
  const std::string low = "h_bucket{le=\"0.5\"} 1\n";
  const std::string all = "h_bucket{le=\"+Inf\"} 2\n";
  EXPECT_EQ(errors_in(head + low + all + "h_sum 3\nh_count 2\n"), 0U);
  EXPECT_EQ(errors_in(head + low + all + "h_sum 3\nh_count 3\n"), 1U);
  EXPECT_EQ(errors_in(head + low + all + "h_count 2\n"), 1U);
  EXPECT_EQ(errors_in(head + low + "h_sum 3\nh_count 1\n"), 1U);
  EXPECT_GE(errors_in(head + all + low + "h_sum 3\nh_count 2\n"), 1U);
}

}  // namespace buoyant::exposition_reader_test
