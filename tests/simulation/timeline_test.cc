// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/timeline.h"

#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace buoyant::simulation::timeline_test {

using std::chrono::seconds;

constexpr Instant kStart{Duration(1)};

class TimelineTest : public testing::Test {
 protected:
  Task note(char letter) {
    return [this, letter] { log += letter; };
  }

  void run_all() {
    while (timeline.run_one(kStart + seconds(100))) {
    }
  }

  Timeline timeline;
  std::string log;
};

TEST_F(TimelineTest, EventsRunInTheOrderOfTheirTime) {
  timeline.post(seconds(3), note('c'));
  timeline.post(seconds(1), note('a'));
  timeline.post(seconds(2), note('b'));

  run_all();

  EXPECT_EQ(log, "abc");
}

TEST_F(TimelineTest, AtOneTimeEventsRunInTheOrderInWhichTheyWerePosted) {
  for (const char letter : {'a', 'b', 'c', 'd', 'e', 'f'}) {
    timeline.post(seconds(1), note(letter));
  }

  run_all();

  EXPECT_EQ(log, "abcdef");
}

TEST_F(TimelineTest, AnEventSeesTheTimeAtWhichItIsDue) {
  Instant seen;
  timeline.post(seconds(2), [&] { seen = timeline.now(); });

  run_all();

  EXPECT_EQ(seen, kStart + seconds(2));
}

TEST_F(TimelineTest, AMomentThatIsPastMeansNow) {
  Instant seen;
  timeline.post(seconds(2),
                [&] { timeline.post_at(kStart + seconds(1), [&] { seen = timeline.now(); }); });

  run_all();

  EXPECT_EQ(seen, kStart + seconds(2));
}

TEST_F(TimelineTest, NothingRunsInsidePost) {
  timeline.post(seconds(1), [&] {
    timeline.post(seconds(0), note('b'));
    log += 'a';
  });

  run_all();

  EXPECT_EQ(log, "ab");
}

TEST_F(TimelineTest, AnEventThatIsPostedForNowComesAfterThoseThatWereDueNow) {
  timeline.post(seconds(1), [&] {
    log += 'a';
    timeline.post(seconds(0), note('c'));
  });
  timeline.post(seconds(1), note('b'));

  run_all();

  EXPECT_EQ(log, "abc");
}

TEST_F(TimelineTest, NothingRunsThatIsDueLater) {
  timeline.post(seconds(2), note('a'));

  EXPECT_FALSE(timeline.run_one(kStart + seconds(1)));

  EXPECT_EQ(log, "");
  EXPECT_EQ(timeline.now(), kStart + seconds(1));
}

TEST_F(TimelineTest, WhatIsDueAtTheLimitRuns) {
  timeline.post(seconds(1), note('a'));

  EXPECT_TRUE(timeline.run_one(kStart + seconds(1)));

  EXPECT_EQ(log, "a");
}

TEST_F(TimelineTest, TimeDoesNotGoBack) {
  timeline.run_one(kStart + seconds(5));

  timeline.run_one(kStart + seconds(1));

  EXPECT_EQ(timeline.now(), kStart + seconds(5));
}

TEST_F(TimelineTest, EachEventThatRanIsCounted) {
  timeline.post(seconds(1), note('a'));
  timeline.post(seconds(2), note('b'));
  timeline.post(seconds(200), note('c'));

  run_all();

  EXPECT_EQ(timeline.events(), 2U);
}

}  // namespace buoyant::simulation::timeline_test
