// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/exit_code.h"

#include <gtest/gtest.h>

namespace example::exit_code_test {

using buoyant::Errc;

TEST(ExampleExitCodeTest, StorageThatFailsIsTen) {
  EXPECT_EQ(exit_code_of(Errc::kStorageFailed), 10);
  EXPECT_EQ(exit_code_of(Errc::kStorageFull), 10);
}

TEST(ExampleExitCodeTest, DataThatCannotBeUnderstoodIsEleven) {
  EXPECT_EQ(exit_code_of(Errc::kStorageCorrupt), 11);
  EXPECT_EQ(exit_code_of(Errc::kUnsupportedVersion), 11);
}

TEST(ExampleExitCodeTest, ADirectoryInUseIsTwelve) {
  EXPECT_EQ(exit_code_of(Errc::kDirectoryInUse), 12);
}

TEST(ExampleExitCodeTest, TheDataOfAnotherIsThirteen) {
  EXPECT_EQ(exit_code_of(Errc::kWrongCluster), 13);
  EXPECT_EQ(exit_code_of(Errc::kWrongIdentity), 13);
}

TEST(ExampleExitCodeTest, HowItWasCalledIsTwo) {
  EXPECT_EQ(exit_code_of(Errc::kInvalidOptions), 2);
  EXPECT_EQ(exit_code_of(Errc::kInvalidConfiguration), 2);
  EXPECT_EQ(exit_code_of(Errc::kAddressInUse), 2);
}

}  // namespace example::exit_code_test
