// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/answer_queue.h"

#include <gtest/gtest.h>

#include <string>

namespace example::answer_queue_test {

class AnswerQueueTest : public testing::Test {
 protected:
  std::string take() {
    std::string output;
    queue_.take_ready(output);
    return output;
  }

  AnswerQueue queue_;
};

TEST_F(AnswerQueueTest, GivesAnswersInTheOrderOfTheRequests) {
  const auto first = queue_.open(1);
  const auto second = queue_.open(1);

  queue_.fill(second, "second\n");
  queue_.fill(first, "first\n");

  EXPECT_EQ(take(), "first\nsecond\n");
}

TEST_F(AnswerQueueTest, HoldsAnswersBackBehindAnOpenRequest) {
  const auto first = queue_.open(1);
  const auto second = queue_.open(1);

  queue_.fill(second, "second\n");
  EXPECT_EQ(take(), "");
  queue_.fill(first, "first\n");
  EXPECT_EQ(take(), "first\nsecond\n");
}

TEST_F(AnswerQueueTest, TicketsStayGoodWhenAnswersBeforeThemWereTaken) {
  const auto first = queue_.open(1);
  const auto second = queue_.open(1);
  queue_.fill(first, "first\n");
  take();
  const auto third = queue_.open(1);

  queue_.fill(third, "third\n");
  queue_.fill(second, "second\n");

  EXPECT_EQ(take(), "second\nthird\n");
}

TEST_F(AnswerQueueTest, CountsWhatItHolds) {
  const auto first = queue_.open(10);
  queue_.open(20);
  EXPECT_EQ(queue_.size(), 2U);
  EXPECT_EQ(queue_.bytes(), 30U);

  queue_.fill(first, "five!");
  EXPECT_EQ(queue_.bytes(), 25U);
  take();

  EXPECT_EQ(queue_.size(), 1U);
  EXPECT_EQ(queue_.bytes(), 20U);
}

TEST(AnswerQueueDeathTest, ATicketIsFilledOnce) {
  AnswerQueue queue;
  queue.open(1);
  const auto second = queue.open(1);
  queue.fill(second, "x");

  EXPECT_DEATH(queue.fill(second, "y"), "is_filled");
}

}  // namespace example::answer_queue_test
