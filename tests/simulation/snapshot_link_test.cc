// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What goes wrong with connections for snapshots in a simulated network, and what may not.

#include "tests/simulation/transport_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace buoyant::simulation::snapshot_link_test {

using port::Channel;
using port::SendResult;
using std::chrono::milliseconds;
using std::chrono::seconds;
using transport_fixture::Numbers;
using transport_fixture::TransportFixture;
using transport_fixture::up_to;

class SimulatedSnapshotLinkTest : public TransportFixture {
 protected:
  /// Sends one to `last` as parts, each in a flush of its own, a millisecond apart; those that
  /// find no connection are not sent. Between them as many requests.
  void send_parts(std::uint64_t last) {
    for (std::uint64_t number = 1; number <= last; ++number) {
      one->send_number(2, number, Channel::kSnapshot);
      one->send_number(2, number);
      one->transport->flush();
      run_for(milliseconds(1));
    }
  }

  /// As often as parts arrived, with what each brought.
  Numbers parts() { return numbers_of("snapshot "); }

  Numbers requests() { return numbers_of("request "); }

  Numbers numbers_of(std::string_view channel) {
    Numbers numbers;
    std::size_t frame = 0;
    for (const std::string& event : two->events.log) {
      const bool is_frame = event.starts_with("snapshot ") || event.starts_with("request ");
      if (is_frame && event.starts_with(channel)) {
        const PeerMessage message = two->codec.decode(two->events.frames[frame]).value().message;
        numbers.push_back(std::get<Heartbeat>(message).round.value());
      }
      frame += is_frame ? 1 : 0;
    }
    return numbers;
  }
};

TEST_F(SimulatedSnapshotLinkTest, WithoutFaultsAllArrivesInOrder) {
  connect_snapshots();

  send_parts(200);
  run_for(seconds(1));

  EXPECT_EQ(parts(), up_to(200));
  EXPECT_EQ(requests(), up_to(200));
}

TEST_F(SimulatedSnapshotLinkTest, PartsDoNotOvertakeEachOther) {
  plan.faults = {Fault::kReordering};
  connect_snapshots();

  send_parts(500);
  run_for(seconds(1));

  EXPECT_EQ(parts(), up_to(500));
  const Numbers others = requests();
  EXPECT_FALSE(std::is_sorted(others.begin(), others.end()));
}

TEST_F(SimulatedSnapshotLinkTest, APartIsLostOnlyWithItsConnection) {
  plan.faults = {Fault::kLoss};
  connect_snapshots();

  send_parts(500);
  run_for(seconds(1));

  EXPECT_LT(parts().size(), 500U);
  const Numbers numbers = parts();
  EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
  EXPECT_GT(one->events.count("snapshot_disconnected 2"), 0U);
  EXPECT_EQ(one->events.count("disconnected 2"), 0U);
  EXPECT_TRUE(one->link().snapshots.connected);
}

TEST_F(SimulatedSnapshotLinkTest, SomePartsComeTwice) {
  plan.faults = {Fault::kDuplication};
  connect_snapshots();

  send_parts(500);
  run_for(seconds(1));

  Numbers numbers = parts();
  EXPECT_GT(numbers.size(), 500U);
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  EXPECT_EQ(numbers, up_to(500));
}

TEST_F(SimulatedSnapshotLinkTest, TheyBreakAndComeBackWhileRequestsFlow) {
  plan.faults = {Fault::kSnapshotLinks};
  connect_snapshots();

  send_parts(1000);
  run_for(seconds(5));

  EXPECT_GT(one->events.count("snapshot_disconnected 2"), 2U);
  EXPECT_EQ(one->events.count("snapshot_disconnected 2"),
            one->events.count("snapshot_connected 2"));
  EXPECT_EQ(one->events.count("disconnected 2"), 0U);
  EXPECT_EQ(requests(), up_to(1000));
}

TEST_F(SimulatedSnapshotLinkTest, TheyStandStillAndGoOnInOrder) {
  plan.faults = {Fault::kSnapshotLinks};
  connect_snapshots();
  std::uint64_t number = 0;
  // A millisecond after its flush a part has arrived, or its connection stands still.
  while (one->link().snapshots.connected && parts().size() == number && number < 500) {
    one->send_number(2, ++number, Channel::kSnapshot);
    one->transport->flush();
    run_for(milliseconds(10));
  }
  ASSERT_TRUE(one->link().snapshots.connected) << "this seed breaks it first";
  ASSERT_EQ(parts().size(), number - 1);

  run_for(context.plan.election_timeout * 4);

  EXPECT_EQ(parts(), up_to(number));
}

TEST_F(SimulatedSnapshotLinkTest, WhatStandsStillFillsItsQueueAndNoOther) {
  plan.faults = {Fault::kSnapshotLinks};
  one = make(1, 400);
  connect_snapshots();
  // Now and then it breaks first, and comes back.
  std::uint64_t number = 0;
  while (one->send_number(2, ++number, Channel::kSnapshot) != SendResult::kQueueFull) {
    ASSERT_LT(number, 10'000U);
    one->transport->flush();
    run_for(milliseconds(1));
  }

  EXPECT_LE(one->link().snapshots.queued_bytes, 400U);
  EXPECT_EQ(one->send_number(2, 1), SendResult::kQueued);
  run_for(context.plan.election_timeout * 5);

  EXPECT_EQ(one->events.count("snapshot_writable 2"), 1U);
  EXPECT_EQ(one->events.count("writable 2"), 0U);
}

TEST_F(SimulatedSnapshotLinkTest, WhenAllIsHealedNothingBreaks) {
  plan.faults = {Fault::kSnapshotLinks, Fault::kLoss, Fault::kDuplication, Fault::kOldFrames};
  connect_snapshots();
  context.faulty = false;

  send_parts(300);
  run_for(seconds(1));

  EXPECT_EQ(parts(), up_to(300));
  EXPECT_EQ(one->events.count_starting("snapshot_disconnected"), 0U);
}

TEST_F(SimulatedSnapshotLinkTest, ABlockedLinkHoldsUpBoth) {
  connect_snapshots();
  network.block(ServerId(1), ServerId(2));

  send_parts(10);
  EXPECT_TRUE(two->events.frames.empty());
  network.unblock(ServerId(1), ServerId(2));
  run_for(seconds(1));

  EXPECT_EQ(parts(), up_to(10));
  EXPECT_EQ(requests(), up_to(10));
}

TEST_F(SimulatedSnapshotLinkTest, AResetStrikesOneOfTheTwo) {
  connect_snapshots();
  Random random(7);

  network.reset_one(random, false);
  run_for(milliseconds(15));

  EXPECT_EQ(one->events.count_starting("disconnected") +
                one->events.count_starting("snapshot_disconnected"),
            1U);
}

TEST_F(SimulatedSnapshotLinkTest, BothComeBackAfterACrash) {
  connect_snapshots();
  crash(*two);
  two.reset();
  run_for(milliseconds(15));
  EXPECT_EQ(one->events.count("disconnected 2"), 1U);
  EXPECT_EQ(one->events.count("snapshot_disconnected 2"), 1U);

  two = make(2);
  run_for(seconds(2));

  EXPECT_EQ(one->events.count("connected 2"), 1U);
  EXPECT_EQ(one->events.count("snapshot_connected 2"), 1U);
}

}  // namespace buoyant::simulation::snapshot_link_test
