// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/resolve.h"

#include "adapters/uv/address.h"

#include <gtest/gtest.h>

namespace example::resolve_test {

class ExampleResolveTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(uv_loop_init(&loop_), 0); }

  void TearDown() override { EXPECT_EQ(uv_loop_close(&loop_), 0); }

  uv_loop_t loop_{};
};

TEST_F(ExampleResolveTest, TakesNumbersAsTheyAre) {
  const auto address = resolve(loop_, "[::1]:7001");

  ASSERT_TRUE(address);
  EXPECT_EQ(buoyant::uv::to_text(*address), "[::1]:7001");
}

TEST_F(ExampleResolveTest, LooksNamesUp) {
  const auto address = resolve(loop_, "localhost:7001");

  ASSERT_TRUE(address);
  EXPECT_TRUE(buoyant::uv::is_loopback(*address));
  EXPECT_EQ(buoyant::uv::port_of(*address), 7001);
}

TEST_F(ExampleResolveTest, RefusesWhatIsNoAddress) {
  EXPECT_EQ(resolve(loop_, "7001").error().code(), buoyant::Errc::kInvalidOptions);
}

}  // namespace example::resolve_test
