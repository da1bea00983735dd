// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/words.h"

#include <gtest/gtest.h>

namespace buoyant::ctl::words_test {

TEST(CtlWordsTest, CountsAreReadable) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1000), "1,000");
  EXPECT_EQ(count_text(999'999), "999,999");
  EXPECT_EQ(count_text(1'200'000), "1.2 million");
  EXPECT_EQ(count_text(999'960'000), "1.0 billion");
  EXPECT_EQ(count_text(2'000'000'000'000), "2.0 trillion");
}

TEST(CtlWordsTest, DurationsAreReadable) {
  EXPECT_EQ(duration_text(0.42), "0.4 ms");
  EXPECT_EQ(duration_text(40), "40 ms");
  EXPECT_EQ(duration_text(4200), "4.2 s");
  EXPECT_EQ(duration_text(60'000), "1 minute");
  EXPECT_EQ(duration_text(3.0 * 60'000), "3 minutes");
  EXPECT_EQ(duration_text(3.0 * 3'600'000), "3 hours");
  EXPECT_EQ(duration_text(12.5 * 86'400'000), "12 days");
}

TEST(CtlWordsTest, ServersAreListed) {
  EXPECT_EQ(servers_text({7}), "server 7");
  EXPECT_EQ(servers_text({1, 2}), "servers 1 and 2");
  EXPECT_EQ(servers_text({1, 2, 3}), "servers 1, 2 and 3");
}

TEST(CtlWordsTest, NothingIsACommandToTheTerminal) {
  EXPECT_EQ(printable("a\033[2Jb\x7f\nc\xc3\xa4"), "a?[2Jb??c\xc3\xa4");
}

}  // namespace buoyant::ctl::words_test
