// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/report/plot.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::bench::plot_test {

std::vector<std::string> texts_of(const std::vector<Mark>& marks) {
  std::vector<std::string> texts;
  for (const Mark& mark : marks) {
    texts.push_back(mark.text);
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(BenchTextTest, NumbersHaveThreeDigits) {
  EXPECT_EQ(text_of(0, Unit::kPlain), "0");
  EXPECT_EQ(text_of(999, Unit::kPlain), "999");
  EXPECT_EQ(text_of(999.9, Unit::kPlain), "1k");
  EXPECT_EQ(text_of(22'912, Unit::kPlain), "22.9k");
  EXPECT_EQ(text_of(1'350'000, Unit::kPlain), "1.35M");
}

TEST(BenchTextTest, UnitsFitTheSize) {
  EXPECT_EQ(text_of(250, Unit::kMicroseconds), "250 us");
  EXPECT_EQ(text_of(0.0271, Unit::kMicroseconds), "27.1 ns");
  EXPECT_EQ(text_of(1'234'000, Unit::kMicroseconds), "1.23 s");
  EXPECT_EQ(text_of(262'144, Unit::kBytes), "256 KiB");
  EXPECT_EQ(text_of(1.5, Unit::kTimes), "1.5x");
  EXPECT_EQ(text_of(99.9, Unit::kPercent), "99.9%");
}

TEST(BenchTextTest, TextIsNoHtml) {
  EXPECT_EQ(escaped("commit<LmdbLog> & \"b\""), "commit&lt;LmdbLog&gt; &amp; &quot;b&quot;");
}

TEST(BenchTextTest, ColumnsOfNumbersStandToTheRight) {
  const std::string html = table_of({{"what", "time"}, {"a", "1 us"}});

  EXPECT_NE(html.find("<tr><th>what</th><th class=\"n\">time</th></tr>"), std::string::npos);
  EXPECT_NE(html.find("<tr><td>a</td><td class=\"n\">1 us</td></tr>"), std::string::npos);
}

TEST(BenchScaleTest, LinearOnesBeginAtZero) {
  const Scale scale({.label = "", .spacing = Spacing::kLinear}, {40, 100}, 0, 105);

  EXPECT_DOUBLE_EQ(scale.place(0), 0);
  EXPECT_DOUBLE_EQ(scale.place(50), 50);
  EXPECT_EQ(texts_of(scale.marks()), (Texts{"0", "50", "100"}));
}

TEST(BenchScaleTest, EqualFactorsAreEqualDistances) {
  const Scale scale({.label = "", .spacing = Spacing::kLog}, {1, 10'000}, 300, 0);

  EXPECT_DOUBLE_EQ(scale.place(1) - scale.place(10), scale.place(1000) - scale.place(10'000));
  EXPECT_GT(scale.place(1), scale.place(10));
  EXPECT_EQ(texts_of(scale.marks()), (Texts{"1", "10", "100", "1k", "10k"}));
}

TEST(BenchScaleTest, ShortOnesHaveMarksBetweenPowersOfTen) {
  const Scale scale({.label = "", .unit = Unit::kMicroseconds, .spacing = Spacing::kLog},
                    {200, 900}, 0, 100);

  EXPECT_EQ(texts_of(scale.marks()), (Texts{"200 us", "500 us", "1 ms"}));
}

TEST(BenchScaleTest, ZeroHasAPlaceOnALogarithm) {
  const Scale scale({.label = "", .spacing = Spacing::kLog}, {0, 10, 100}, 0, 100);

  EXPECT_DOUBLE_EQ(scale.place(0), 0);
}

TEST(BenchScaleTest, EachNineIsAsFarAsTheOneBefore) {
  const Scale scale({.label = "", .unit = Unit::kPercent, .spacing = Spacing::kNines}, {}, 0, 470);

  EXPECT_NEAR(scale.place(90), 100, 1e-6);
  EXPECT_NEAR(scale.place(99), 200, 1e-6);
  EXPECT_NEAR(scale.place(99.99), 400, 1e-6);
  EXPECT_NEAR(scale.place(100), 470, 1e-6);
}

TEST(BenchPlotTest, ALineGoesThroughItsDots) {
  const std::string html = figure_of(
      LinePlot{.title = "a & b",
               .caption = "c",
               .x = {"x"},
               .y = {"y"},
               .series = {{.name = "one", .dots = {{0, 0, 0, 0, ""}, {100, 100, 90, 110, "<n>"}}},
                          {.name = "two", .dots = {{50, 50, 0, 0, ""}}, .colour = 1}}});

  EXPECT_NE(html.find("<h3>a &amp; b</h3>"), std::string::npos);
  EXPECT_NE(html.find("<g class=\"c0\"><path class=\"line\" d=\"M62.0 274.0 L"), std::string::npos);
  EXPECT_NE(html.find("<title>&lt;n&gt;</title>"), std::string::npos);
  EXPECT_NE(html.find("class=\"range\""), std::string::npos);
  EXPECT_NE(html.find("<span class=\"c1\"><i></i>two</span>"), std::string::npos);
}

TEST(BenchPlotTest, BarsAreStackedInOrder) {
  const std::string html = figure_of(BarPlot{.title = "t",
                                             .caption = "",
                                             .x = {"x"},
                                             .names = {"first", "second"},
                                             .bars = {{"bar", {50, 50}, "100"}}});

  EXPECT_NE(html.find("<rect class=\"c0\" x=\"168.0\""), std::string::npos);
  EXPECT_NE(html.find("<rect class=\"c1\""), std::string::npos);
  EXPECT_NE(html.find("<title>second</title>"), std::string::npos);
}

TEST(BenchPlotTest, NothingIsNoFigure) {
  EXPECT_EQ(figure_of(LinePlot{}), "");
  EXPECT_EQ(figure_of(BarPlot{}), "");
}

}  // namespace buoyant::bench::plot_test
