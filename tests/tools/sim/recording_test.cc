// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/sim/recording.h"

#include "tests/tools/sim/events.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::sim_tool::recording_test {

using simulation::TraceEvent;
using Texts = std::vector<std::string>;

template <class Events>
Texts texts_of(const Events& events) {
  Texts texts;
  for (const TraceEvent& each : events) {
    texts.push_back(std::string(each.what) + std::to_string(each.server.value()) +
                    (each.detail.empty() ? "" : " " + each.detail));
  }
  return texts;
}

TEST(RecordingTest, WhatFitsIsKept) {
  Recording recording(3);
  recording.add(event(1, 1, "start"));
  recording.add(event(2, 2, "start"));
  recording.add(event(3, 1, "crash"));

  EXPECT_EQ(texts_of(recording.events()), (Texts{"start1", "start2", "crash1"}));
  EXPECT_EQ(recording.dropped(), 0U);
  EXPECT_TRUE(recording.before().empty());
}

TEST(RecordingTest, TheLastOnesAreKept) {
  Recording recording(2);
  recording.add(event(1, 1, "write"));
  recording.add(event(2, 1, "durable"));
  recording.add(event(3, 1, "write"));

  EXPECT_EQ(texts_of(recording.events()), (Texts{"durable1", "write1"}));
  EXPECT_EQ(recording.dropped(), 1U);
}

TEST(RecordingTest, OfWhatIsDroppedTheLastOfEachKindAndServerTellsHowThingsStand) {
  Recording recording(1);
  recording.add(event(1, 1, "start", {1}));
  recording.add(event(2, 1, "standing", {0, 1, 0}, "old"));
  recording.add(event(3, 2, "start", {1}));
  recording.add(event(4, 1, "standing", {3, 2, 1}, "new"));
  recording.add(event(5, 1, "write", {1, 0, 1, 1}));
  recording.add(event(6, 1, "start", {2}));
  recording.add(event(7, 1, "write", {1, 0, 1, 1}));

  EXPECT_EQ(texts_of(recording.before()), (Texts{"start2", "standing1 new", "start1"}));
  EXPECT_EQ(recording.dropped(), 6U);
}

TEST(RecordingTest, LinksAndClientsAreToldApartByTheirNumber) {
  Recording recording(1);
  recording.add(event(1, 1, "cut", {2}, "to two"));
  recording.add(event(2, 1, "cut", {3}, "to three"));
  recording.add(event(3, 0, "call", {1}, "one"));
  recording.add(event(4, 0, "call", {2}, "two"));
  recording.add(event(5, 0, "call", {1}, "one again"));
  recording.add(event(6, 0, "heal"));

  EXPECT_EQ(texts_of(recording.before()),
            (Texts{"cut1 to two", "cut1 to three", "call0 two", "call0 one again"}));
}

TEST(RecordingTest, TroublesOfADiskAreToldApart) {
  Recording recording(1);
  recording.add(event(1, 1, "well_disk", {}, "slow"));
  recording.add(event(2, 1, "well_disk", {}, "full"));
  recording.add(event(3, 1, "write"));

  EXPECT_EQ(texts_of(recording.before()), (Texts{"well_disk1 slow", "well_disk1 full"}));
}

TEST(RecordingTest, ALongDetailIsCut) {
  Recording recording;
  recording.add(event(1, 1, "write", {}, std::string(100'000, 'x')));
  recording.add(event(1, 0, "violation", {}, std::string(5'000, 'x')));

  EXPECT_EQ(recording.events()[0].detail, std::string(Recording::kDetailBytesMax, 'x') + " ...");
  EXPECT_EQ(recording.events()[1].detail, std::string(5'000, 'x'));
}

TEST(RecordingTest, AllDetailsTogetherAreBounded) {
  Recording recording(1'000'000);
  const std::size_t many = Recording::kTextBytesMax / Recording::kDetailBytesMax + 10;
  for (std::size_t i = 0; i < many; ++i) {
    recording.add(event(1, 1, "write", {}, std::string(Recording::kDetailBytesMax, 'x')));
  }

  EXPECT_EQ(recording.events().size(), Recording::kTextBytesMax / Recording::kDetailBytesMax);
  EXPECT_EQ(recording.dropped() + recording.events().size(), many);
}

}  // namespace buoyant::sim_tool::recording_test
