// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/echo/line_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace echo::line_reader_test {

class LineReaderTest : public testing::Test {
 protected:
  static constexpr std::size_t kMax = 8;

  /// All lines after `chunk` came in.
  std::vector<std::string> read(std::string_view chunk) {
    reader_.append(chunk);
    std::vector<std::string> lines;
    while (const auto line = reader_.next()) {
      lines.emplace_back(*line);
    }
    return lines;
  }

  LineReader reader_{kMax};
};

using Lines = std::vector<std::string>;

TEST_F(LineReaderTest, GivesEveryLineOfAChunk) {
  EXPECT_EQ(read("one\ntwo\n\nfour\n"), (Lines{"one", "two", "", "four"}));
}

TEST_F(LineReaderTest, KeepsHalfALineForTheNextChunk) {
  EXPECT_EQ(read("one\ntw"), Lines{"one"});
  EXPECT_EQ(read("o\nth"), Lines{"two"});
  EXPECT_EQ(reader_.pending_bytes(), 2U);
}

TEST_F(LineReaderTest, JoinsALineThatComesByteByByte) {
  EXPECT_EQ(read("o"), Lines{});
  EXPECT_EQ(read("n"), Lines{});
  EXPECT_EQ(read("e"), Lines{});
  EXPECT_EQ(read("\n"), Lines{"one"});
}

TEST_F(LineReaderTest, TakesACarriageReturnBeforeTheNewlineAway) {
  EXPECT_EQ(read("one\r\ntwo\r"), Lines{"one"});
  EXPECT_EQ(read("\n"), Lines{"two"});
}

TEST_F(LineReaderTest, KeepsACarriageReturnInsideALine) {
  EXPECT_EQ(read("a\rb\n"), Lines{"a\rb"});
}

TEST_F(LineReaderTest, KeepsZeroBytes) {
  EXPECT_EQ(read(std::string_view("a\0b\n", 4)), Lines{std::string("a\0b", 3)});
}

TEST_F(LineReaderTest, TakesALineOfTheLimit) {
  EXPECT_EQ(read("12345678\n12345678\r\n"), (Lines{"12345678", "12345678"}));
  EXPECT_FALSE(reader_.is_too_long());
}

TEST_F(LineReaderTest, RefusesALongerLine) {
  EXPECT_EQ(read("one\n123456789\ntwo\n"), Lines{"one"});
  EXPECT_TRUE(reader_.is_too_long());
}

TEST_F(LineReaderTest, RefusesALongerLineBeforeItsEndCame) {
  EXPECT_EQ(read("123456789"), Lines{});
  EXPECT_TRUE(reader_.is_too_long());
}

TEST_F(LineReaderTest, WaitsForTheNewlineAfterACarriageReturnAtTheLimit) {
  EXPECT_EQ(read("12345678\r"), Lines{});
  EXPECT_FALSE(reader_.is_too_long());

  EXPECT_EQ(read("x\n"), Lines{});
  EXPECT_TRUE(reader_.is_too_long());
}

}  // namespace echo::line_reader_test
