// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the demo draws.

#include "examples/demo/picture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace demo {

class PictureTest : public ::testing::Test {
 protected:
  void SetUp() override {
    picture_.seconds = 1.5;
    picture_.lines = 10'000;
    picture_.acknowledged = 5'000;
    picture_.rows = {{1, 10001, true, "leader", 3, 4321, 4320, 1200, 1.25, 9.75},
                     {2, 10002, false, "follower", 3, 1, 1, 0, 0, 0},
                     {3, 10003, true, "", 0, 0, 0, 0, 0, 0}};
    picture_.events = {"something happened"};
  }

  /// All lines, one after the other.
  [[nodiscard]] std::string text(bool has_colour) const {
    std::string all;
    for (const std::string& line : draw(picture_, has_colour)) {
      all += line + "\n";
    }
    return all;
  }

  Picture picture_;
};

/// Columns that a line takes: its bytes without those that go on a UTF-8 character.
std::size_t columns(const std::string& line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
  }));
}

TEST_F(PictureTest, AServersRowHasItsFigures) {
  EXPECT_NE(text(false).find(
                "1      10001  leader        3    4,321    4,320    1,200      1.2      9.8"),
            std::string::npos)
      << text(false);
}

TEST_F(PictureTest, AKilledServerShowsNoOldFigures) {
  EXPECT_NE(text(false).find("10002  killed        -        -"), std::string::npos) << text(false);
}

TEST_F(PictureTest, AServerThatHasSaidNothingIsStarting) {
  EXPECT_NE(text(false).find("10003  starting      -"), std::string::npos) << text(false);
}

TEST_F(PictureTest, ItFitsIntoEightyColumns) {
  picture_.rows[0].commit = 9'999'999;
  picture_.rows[0].applied = 9'999'999;

  for (const std::string& line : draw(picture_, false)) {
    EXPECT_LE(columns(line), 80U) << line;
  }
}

TEST_F(PictureTest, ColoursAddNothingThatTakesColumns) {
  EXPECT_EQ(text(false).find('\x1b'), std::string::npos);
  EXPECT_NE(text(true).find("\x1b[1;32mleader    \x1b[0m"), std::string::npos);
  EXPECT_EQ(draw(picture_, true).size(), draw(picture_, false).size());
}

TEST_F(PictureTest, HalfOfTheLinesFillHalfOfTheBar) {
  const std::string all = text(false);
  const auto count = [&](const std::string& block) {
    std::size_t blocks = 0;
    for (std::size_t at = all.find(block); at != std::string::npos;
         at = all.find(block, at + block.size())) {
      ++blocks;
    }
    return blocks;
  };

  EXPECT_EQ(count("\u2588"), 20U);
  EXPECT_EQ(count("\u2591"), 20U);
  EXPECT_NE(all.find("5,000 of 10,000 lines"), std::string::npos);
}

TEST(GroupedTest, ThousandsAreSeparated) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
}

}  // namespace demo
