// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/c/version.h"

#include <gtest/gtest.h>

#include <string>

namespace buoyant::c_api::version_test {

TEST(CVersionTest, TheLibraryIsThatOfTheHeaders) {
  EXPECT_EQ(buoyant_version(), static_cast<unsigned>(BUOYANT_VERSION_HEX));
  EXPECT_EQ(buoyant_version_string(), std::to_string(BUOYANT_VERSION_MAJOR) + "." +
                                          std::to_string(BUOYANT_VERSION_MINOR) + "." +
                                          std::to_string(BUOYANT_VERSION_PATCH));
}

}  // namespace buoyant::c_api::version_test
