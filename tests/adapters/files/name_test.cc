// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/name.h"

#include "buoyant/conformance/print.h"

#include <gtest/gtest.h>

#include <string>

namespace buoyant::files::name_test {

const SnapshotId kId{.position = {.term = Term(2), .index = Index(0x1f)},
                     .creator = ServerId(3),
                     .sequence = 4,
                     .checksum = 0xfedcba9876543210U};
const std::string kName =
    "snapshot-000000000000001f-0000000000000002-0000000000000003-0000000000000004-"
    "fedcba9876543210";

TEST(FilesNameTest, SaysWhatTheFileIs) {
  EXPECT_EQ(complete_name(kId), kName);
}

TEST(FilesNameTest, IsReadBack) {
  EXPECT_EQ(parse_complete_name(kName), kId);
}

TEST(FilesNameTest, OtherNamesAreNone) {
  EXPECT_EQ(parse_complete_name(""), std::nullopt);
  EXPECT_EQ(parse_complete_name("LOCK"), std::nullopt);
  EXPECT_EQ(parse_complete_name(kIncomingName), std::nullopt);
  EXPECT_EQ(parse_complete_name(kName + "0"), std::nullopt);
  EXPECT_EQ(parse_complete_name(kName.substr(1)), std::nullopt);
  EXPECT_EQ(parse_complete_name(kName.substr(0, kName.size() - 1) + "g"), std::nullopt);
  EXPECT_EQ(parse_complete_name(kName.substr(0, 8) + "_" + kName.substr(9)), std::nullopt);
}

TEST(FilesNameTest, WhatIsBeingCreatedIsNotComplete) {
  EXPECT_TRUE(is_creating_name(creating_name(7)));
  EXPECT_EQ(parse_complete_name(creating_name(7)), std::nullopt);
  EXPECT_FALSE(is_creating_name(kName));
}

}  // namespace buoyant::files::name_test
