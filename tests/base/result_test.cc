// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/base/result.h"

#include "tests/support/print.h"

#include <memory>
#include <utility>

namespace buoyant::result_test {

Result<int> half(int number) {
  if (number % 2 != 0) {
    return fail(Errc::kInvalidOptions, "odd", number);
  }
  return number / 2;
}

Result<std::unique_ptr<int>> boxed(int number) {
  const auto result = half(number);
  if (!result) {
    return fail(result.error());
  }
  return std::make_unique<int>(*result);
}

TEST(ResultTest, HoldsAValue) {
  EXPECT_EQ(half(8), 4);
}

TEST(ResultTest, HoldsAnErrorWithItsParts) {
  const auto result = half(7);

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), Error(Errc::kInvalidOptions, "", 7));
  EXPECT_STREQ(result.error().context(), "odd");
}

TEST(ResultTest, PassesAnErrorOnToAnotherType) {
  const auto result = boxed(7);

  ASSERT_FALSE(result);
  EXPECT_STREQ(result.error().context(), "odd");
}

TEST(ResultTest, HoldsWhatCanOnlyBeMoved) {
  auto result = boxed(8);

  ASSERT_TRUE(result);
  EXPECT_EQ(*std::move(*result), 4);
}

TEST(ResultTest, OfNothingSucceedsByDefault) {
  EXPECT_TRUE(Result<void>().has_value());
}

}  // namespace buoyant::result_test
