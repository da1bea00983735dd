// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "report/utf8.h"

#include <gtest/gtest.h>

namespace buoyant::utf8_test {

using report::character_bytes;

TEST(Utf8Test, KnowsHowLongACharacterIs) {
  EXPECT_EQ(character_bytes("ab"), 1U);
  EXPECT_EQ(character_bytes("\xc3\xbcx"), 2U);
  EXPECT_EQ(character_bytes("\xe2\x82\xac"), 3U);
  EXPECT_EQ(character_bytes("\xf0\x9f\x8e\x88!"), 4U);
  EXPECT_EQ(character_bytes("\xf4\x8f\xbf\xbf"), 4U);
}

TEST(Utf8Test, RefusesWhatIsNone) {
  EXPECT_EQ(character_bytes("\xff"), 0U);
  EXPECT_EQ(character_bytes("\x80"), 0U) << "begins in the middle";
  EXPECT_EQ(character_bytes("\xc3"), 0U) << "ends in the middle";
  EXPECT_EQ(character_bytes("\xc3x"), 0U);
  EXPECT_EQ(character_bytes("\xc0\xaf"), 0U) << "longer than need be";
  EXPECT_EQ(character_bytes("\xe0\x80\xaf"), 0U);
  EXPECT_EQ(character_bytes("\xf0\x80\x80\xaf"), 0U);
  EXPECT_EQ(character_bytes("\xed\xa0\x80"), 0U) << "half of a pair";
  EXPECT_EQ(character_bytes("\xf4\x90\x80\x80"), 0U) << "beyond the last one";
  EXPECT_EQ(character_bytes("\xf5\x80\x80\x80"), 0U);
}

}  // namespace buoyant::utf8_test
