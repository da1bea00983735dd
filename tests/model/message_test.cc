// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/model/message.h"

#include "tests/support/print.h"

namespace buoyant::message_test {

TEST(MessageTest, AppendEntriesWithoutEntriesEndsAtItsPrev) {
  EXPECT_EQ((AppendEntries{.term = Term(2), .prev = {Term(1), Index(9)}}).last(), Index(9));
}

TEST(MessageTest, AppendEntriesEndsBehindItsRuns) {
  const AppendEntries message{
      .term = Term(2), .prev = {Term(1), Index(9)}, .runs = {{Term(1), 2}, {Term(2), 3}}};

  EXPECT_EQ(message.last(), Index(14));
}

TEST(MessageTest, AForwardResultIsARefusalUntilItHasAPosition) {
  EXPECT_EQ(ForwardResult().refusal, Errc::kNotLeader);
  EXPECT_FALSE(ForwardResult().first.index.is_set());
}

}  // namespace buoyant::message_test
