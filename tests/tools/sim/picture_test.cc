// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/sim/picture.h"

#include "buoyant/base/assert.h"
#include "tests/support/temporary_folder.h"
#include "tests/tools/sim/events.h"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <string>

namespace buoyant::sim_tool::picture_test {

class RunPictureTest : public testing::Test {
 protected:
  [[nodiscard]] std::string written() const {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  tests::TemporaryFolder folder;
  std::string path = (folder.path() / "run.html").string();
};

using RunPictureDeathTest = RunPictureTest;

TEST_F(RunPictureTest, ThePageOfARunIsWritten) {
  Picture picture(path, 10, "abc");
  ASSERT_TRUE(picture.is_open());
  picture.listen({.seed = 7})(event(1, 1, "start", {1}, "the first run"));

  EXPECT_TRUE(picture.write({.plan = {.seed = 7}}, false));

  EXPECT_NE(written().find("seed 7: passed"), std::string::npos);
  EXPECT_NE(written().find("the first run"), std::string::npos);
}

TEST_F(RunPictureTest, ALaterRunTakesThePlaceOfTheFirst) {
  Picture picture(path, 10, "abc");
  picture.listen({.seed = 7})(event(1, 1, "start", {1}, "the first run"));
  picture.listen({.seed = 7})(event(1, 1, "start", {1}, "the shrunk run"));

  EXPECT_TRUE(picture.write({.plan = {.seed = 7}}, true));

  EXPECT_EQ(written().find("the first run"), std::string::npos);
  EXPECT_NE(written().find("the shrunk run"), std::string::npos);
}

TEST_F(RunPictureTest, AFileThatCannotBeMadeIsSaid) {
  const Picture picture((folder.path() / "missing" / "run.html").string(), 10, "abc");

  EXPECT_FALSE(picture.is_open());
}

TEST_F(RunPictureDeathTest, ARunThatAnAssertionEndsHasAPageToo) {
  const auto fail = [this] {
    Picture picture(path, 10, "abc");
    picture.listen({.seed = 7})(event(1, 1, "start", {1}, "the first run"));
    BUOYANT_ASSERT(path.empty());
  };

  EXPECT_EXIT(fail(), testing::KilledBySignal(SIGABRT), "assertion failed");

  EXPECT_NE(written().find("seed 7: assert"), std::string::npos);
  EXPECT_NE(written().find("the first run"), std::string::npos);
}

TEST_F(RunPictureDeathTest, AnAssertionAfterTheRunIsNotOfIt) {
  const auto fail = [this] {
    Picture picture(path, 10, "abc");
    picture.listen({.seed = 7})(event(1, 1, "start", {1}, "the first run"));
    picture.rest();
    BUOYANT_ASSERT(path.empty());
  };

  EXPECT_EXIT(fail(), testing::KilledBySignal(SIGABRT), "assertion failed");

  EXPECT_EQ(written(), "");
}

}  // namespace buoyant::sim_tool::picture_test
