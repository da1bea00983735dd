// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/scenarios/difference.h"

#include <gtest/gtest.h>

namespace buoyant::scenarios::difference_test {

TEST(DifferenceTest, IsEmptyForEqualTexts) {
  EXPECT_EQ(first_difference("a\nb\n", "a\nb\n"), "");
}

TEST(DifferenceTest, ShowsTheLineAndWhatIsBeforeIt) {
  EXPECT_EQ(first_difference("a\nb\nc\n", "a\nx\nc\n"), "line 2:\n  a\n- b\n+ x\n");
}

TEST(DifferenceTest, ShowsALineThatIsNew) {
  EXPECT_EQ(first_difference("a\nb\n", "a\nx\nb\n"), "line 2:\n  a\n+ x\n");
}

TEST(DifferenceTest, ShowsALineThatIsGone) {
  EXPECT_EQ(first_difference("a\nb\n", "b\n"), "line 1:\n- a\n");
}

TEST(DifferenceTest, ShowsAFewLinesOfMany) {
  EXPECT_EQ(first_difference("1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\n5\na\nb\nc\nd\ne\nf\ng\nh\n"),
            "line 6:\n  2\n  3\n  4\n  5\n- 6\n+ a\n+ b\n+ c\n+ d\n+ e\n+ f\n");
}

}  // namespace buoyant::scenarios::difference_test
