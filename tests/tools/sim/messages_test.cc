// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/sim/messages.h"

#include "tests/tools/sim/events.h"

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <vector>

namespace buoyant::sim_tool {

/// For gtest.
void PrintTo(const Fate& fate, std::ostream* out) {
  *out << (fate.other ? static_cast<long>(*fate.other) : -1L)
       << (fate.is_lost_or_again ? " lost or again" : "");
}

namespace messages_test {

using Fates = std::vector<Fate>;

const Fate kNone{};

Fate with(std::size_t other) {
  return {.other = other};
}

Fate again(std::size_t other) {
  return {.other = other, .is_lost_or_again = true};
}

const Fate kLost{.other = std::nullopt, .is_lost_or_again = true};

TEST(MessagesTest, AReceiptBelongsToItsSending) {
  EXPECT_EQ(match_messages({sent(1, 1, 2, 77), event(2, 2, "write"), received(3, 1, 2, 77)}),
            (Fates{with(2), kNone, with(0)}));
}

TEST(MessagesTest, ServersAndContentsAreToldApart) {
  EXPECT_EQ(match_messages({sent(1, 1, 2, 77), sent(1, 1, 3, 77), sent(1, 1, 2, 78),
                            received(3, 1, 2, 78), received(3, 1, 3, 77), received(3, 2, 1, 77)}),
            (Fates{kNone, with(4), with(3), with(2), with(1), kNone}));
}

TEST(MessagesTest, OfEqualOnesTheFirstArrivesFirst) {
  EXPECT_EQ(match_messages({sent(1, 1, 2, 77), sent(2, 1, 2, 77), received(3, 1, 2, 77),
                            received(4, 1, 2, 77)}),
            (Fates{with(2), with(3), with(0), with(1)}));
}

TEST(MessagesTest, WhatIsLostIsNotTakenForWhatArrives) {
  EXPECT_EQ(match_messages({sent(1, 1, 2, 77), event(1, 1, "lose", {2, 77}), sent(2, 1, 2, 77),
                            received(3, 1, 2, 77)}),
            (Fates{kLost, kNone, with(3), with(2)}));
}

TEST(MessagesTest, WhatIsRepeatedIsReceivedAgain) {
  EXPECT_EQ(match_messages({sent(1, 1, 2, 77), event(1, 1, "repeat", {2, 77}),
                            received(3, 1, 2, 77), received(9, 1, 2, 77)}),
            (Fates{with(2), kNone, with(0), again(0)}));
}

TEST(MessagesTest, WhatIsLostAndRepeatedArrivesLate) {
  EXPECT_EQ(match_messages({sent(1, 1, 2, 77), event(1, 1, "repeat", {2, 77}),
                            event(1, 1, "lose", {2, 77}), received(9, 1, 2, 77)}),
            (Fates{{.other = 3, .is_lost_or_again = true}, kNone, kNone, with(0)}));
}

TEST(MessagesTest, WhatWasSentBeforeTheFirstEventIsNotKnown) {
  EXPECT_EQ(match_messages({event(1, 1, "lose", {2, 77}), received(3, 1, 2, 77)}),
            (Fates{kNone, kNone}));
}

}  // namespace messages_test

}  // namespace buoyant::sim_tool
