// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/event_list.h"

#include "tests/simulation/histories.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::simulation::event_list_test {

using histories::at;

/// "+0" for the call and "-0" for the return of operation 0.
std::string text(const EventList& list) {
  std::string text;
  for (auto place = list.first(); place != EventList::kEnd; place = list.after(place)) {
    text += (list.is_call(place) ? "+" : "-") + std::to_string(list.operation(place));
  }
  return text;
}

TEST(EventListTest, FollowsTheTime) {
  const EventList list({{at(2), at(3)}, {at(1), at(4)}});

  EXPECT_EQ(text(list), "+1+0-0-1");
}

TEST(EventListTest, PutsCallsBeforeReturnsOfTheSameTime) {
  const EventList list({{at(1), at(2)}, {at(2), at(2)}});

  EXPECT_EQ(text(list), "+0+1-0-1");
}

TEST(EventListTest, ForgetsWhatIsTakenOut) {
  EventList list({{at(1), at(4)}, {at(2), at(5)}, {at(3), at(6)}});

  list.take_out(1);

  EXPECT_EQ(text(list), "+0+2-0-2");
}

TEST(EventListTest, IsAsBeforeWhenEverythingIsBack) {
  EventList list({{at(1), at(4)}, {at(2), at(5)}, {at(3), at(6)}});

  list.take_out(1);
  list.take_out(0);
  list.take_out(2);
  list.put_back(2);
  list.put_back(0);
  list.put_back(1);

  EXPECT_EQ(text(list), "+0+1+2-0-1-2");
}

TEST(EventListTest, KnowsTheFirstReturnThatIsLeft) {
  EventList list({{at(1), at(4)}, {at(2), at(5)}});

  list.take_out(0);

  EXPECT_EQ(list.operation(list.first_return()), 1U);
}

TEST(EventListTest, HasNoReturnWhenAllAreOut) {
  EventList list({{at(1), at(4)}});

  list.take_out(0);

  EXPECT_EQ(list.first_return(), EventList::kEnd);
}

TEST(EventListDeathTest, RefusesAnOperationThatEndsBeforeItBegins) {
  EXPECT_DEATH(EventList({{at(2), at(1)}}), "invoked <= interval.returned");
}

}  // namespace buoyant::simulation::event_list_test
