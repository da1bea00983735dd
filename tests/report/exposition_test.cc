// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "report/exposition.h"

#include "tests/report/exposition_reader.h"

#include <gtest/gtest.h>

namespace buoyant::exposition_test {

using report::Exposition;
using report::join;
using report::label;
using report::MetricType;

TEST(ExpositionTest, AFamilyIsSaidOnceBeforeItsSamples) {
  Exposition text;
  text.begin("a", "What it is.", MetricType::kGauge);
  text.sample("", 1);
  text.sample("b=\"1\"", 2.5);

  EXPECT_EQ(text.take(),
            "# HELP buoyant_a What it is.\n# TYPE buoyant_a gauge\n"
            "buoyant_a 1\nbuoyant_a{b=\"1\"} 2.5\n");
}

TEST(ExpositionTest, AFamilyWithoutSamplesIsLeftOut) {
  Exposition text;
  text.begin("a", "Nothing.", MetricType::kGauge);
  text.begin("b", "Something.", MetricType::kGauge);
  text.sample("", 1);

  EXPECT_EQ(text.take(), "# HELP buoyant_b Something.\n# TYPE buoyant_b gauge\nbuoyant_b 1\n");
}

TEST(ExpositionTest, WholeNumbersAreWrittenAsSuch) {
  Exposition text;
  text.begin("a", "A.", MetricType::kGauge);
  text.sample("", 9007199254740991.0);

  EXPECT_NE(text.take().find("buoyant_a 9007199254740991\n"), std::string::npos);
}

TEST(ExpositionTest, LabelsAreEscaped) {
  EXPECT_EQ(label("a", "two\nlines, \"quoted\" \\"), "a=\"two\\nlines, \\\"quoted\\\" \\\\\"");
  EXPECT_EQ(label("a", "gr\xc3\xbc\xc3\x9f \xff"), "a=\"gr\xc3\xbc\xc3\x9f ?\"");
  EXPECT_EQ(join("", ""), "");
  EXPECT_EQ(join("a=\"1\"", ""), "a=\"1\"");
  EXPECT_EQ(join("a=\"1\"", "b=\"2\""), "a=\"1\",b=\"2\"");
}

TEST(ExpositionTest, AHistogramHasBucketsSumAndCount) {
  LatencyHistogram histogram;
  histogram.record(std::chrono::microseconds(1024));
  histogram.record(std::chrono::microseconds(1025));
  histogram.record(std::chrono::seconds(100));
  Exposition text;
  text.begin("a_seconds", "A.", MetricType::kHistogram);
  text.histogram("b=\"1\"", histogram);

  const testing_support::Page page = testing_support::read_exposition(text.take());
  EXPECT_EQ(page.errors, std::vector<std::string>());
  const auto bucket = [&page](const char* le) {
    return page.value("buoyant_a_seconds_bucket", {{"b", "1"}, {"le", le}});
  };
  EXPECT_EQ(bucket("0.000512"), 0);
  EXPECT_EQ(bucket("0.001024"), 1);
  EXPECT_EQ(bucket("0.002048"), 2);
  EXPECT_EQ(bucket("67.108864"), 2);
  EXPECT_EQ(bucket("+Inf"), 3);
  EXPECT_NEAR(page.value("buoyant_a_seconds_sum", {{"b", "1"}}), 100.002049, 1e-9);
  EXPECT_EQ(page.value("buoyant_a_seconds_count", {{"b", "1"}}), 3);
}

}  // namespace buoyant::exposition_test
