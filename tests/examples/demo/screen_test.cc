// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How the demo shows its picture, on a terminal and elsewhere.

#include "examples/demo/screen.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace demo {

class ScreenTest : public ::testing::Test {
 protected:
  void SetUp() override { out_ = ::open_memstream(&text_, &size_); }

  void TearDown() override {
    std::fclose(out_);
    std::free(text_);
  }

  /// What was written so far.
  std::string written() {
    std::fflush(out_);
    return {text_, size_};
  }

  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* out_ = nullptr;
};

TEST_F(ScreenTest, ElsewhereThanOnATerminalEachEventIsOneLine) {
  Screen screen(out_, false);
  Picture picture;
  picture.seconds = 0.5;
  picture.events = {"one"};

  screen.show(picture);
  screen.show(picture);
  picture.events.emplace_back("two");
  screen.show(picture);

  EXPECT_EQ(written(), "   0.5 s  one\n   0.5 s  two\n");
}

TEST_F(ScreenTest, ProgressIsReportedOnceASecond) {
  Screen screen(out_, false);
  Picture picture;
  picture.lines = 10;
  picture.acknowledged = 4;

  picture.seconds = 0.9;
  screen.show(picture);
  picture.seconds = 1.1;
  screen.show(picture);
  picture.seconds = 1.2;
  screen.show(picture);

  EXPECT_EQ(written(), "   1.1 s  4 of 10 lines echoed\n");
}

TEST_F(ScreenTest, OnATerminalThePictureIsDrawnOverTheOneBefore) {
  Picture picture;
  const std::string up = "\x1b[" + std::to_string(draw(picture, true).size()) + "A";
  {
    Screen screen(out_, true);
    screen.show(picture);
    EXPECT_EQ(written().find(up), std::string::npos);

    screen.show(picture);

    EXPECT_NE(written().find(up), std::string::npos);
  }
  EXPECT_TRUE(written().ends_with("\x1b[?25h")) << "the cursor is visible again";
}

}  // namespace demo
