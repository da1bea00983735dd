// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/simulation/transport_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace buoyant::simulation::transport_fault_test {

using std::chrono::milliseconds;
using std::chrono::seconds;
using transport_fixture::Numbers;
using transport_fixture::TransportFixture;
using transport_fixture::up_to;

class SimulatedFaultyTrafficTest : public TransportFixture {};

TEST_F(SimulatedFaultyTrafficTest, SomeFramesAreLost) {
  plan.faults = {Fault::kLoss};
  connect();

  send_numbers(500);
  run_for(seconds(1));

  const Numbers received = two->received();
  EXPECT_LT(received.size(), 500U);
  EXPECT_GT(received.size(), 400U);
  EXPECT_TRUE(std::is_sorted(received.begin(), received.end()));
  EXPECT_TRUE(one->link().connected);
}

TEST_F(SimulatedFaultyTrafficTest, WhoListensHearsOfEachFrameThatIsLost) {
  plan.faults = {Fault::kLoss};
  connect();
  std::vector<std::uint64_t> sent;
  std::vector<std::uint64_t> lost;
  sink = [&](const TraceEvent& event) {
    if (std::string_view(event.what) == "send") {
      sent = event.numbers;
    }
    if (std::string_view(event.what) == "lose") {
      sent.pop_back();  // The type.
      EXPECT_EQ(event.numbers, sent);
      lost.push_back(event.numbers.at(1));
    }
  };

  send_numbers(500);
  run_for(seconds(1));

  EXPECT_EQ(lost.size() + two->received().size(), 500U);
}

TEST_F(SimulatedFaultyTrafficTest, SomeFramesArriveTwice) {
  plan.faults = {Fault::kDuplication};
  connect();

  send_numbers(500);
  run_for(seconds(1));

  Numbers received = two->received();
  EXPECT_GT(received.size(), 500U);
  std::sort(received.begin(), received.end());
  received.erase(std::unique(received.begin(), received.end()), received.end());
  EXPECT_EQ(received, up_to(500));
}

TEST_F(SimulatedFaultyTrafficTest, SomeFramesAreOvertaken) {
  plan.faults = {Fault::kReordering};
  connect();

  send_numbers(500);
  run_for(seconds(1));

  Numbers received = two->received();
  EXPECT_FALSE(std::is_sorted(received.begin(), received.end()));
  std::sort(received.begin(), received.end());
  EXPECT_EQ(received, up_to(500));
}

TEST_F(SimulatedFaultyTrafficTest, SomeFramesArriveAgainMuchLater) {
  plan.faults = {Fault::kOldFrames};
  connect();
  send_numbers(500);
  run_for(milliseconds(20));
  const std::size_t before = two->received().size();
  EXPECT_GE(before, 500U);

  run_for(seconds(20));

  EXPECT_GT(two->received().size(), before);
}

TEST_F(SimulatedFaultyTrafficTest, NoForwardComesTwiceOrOutOfOrder) {
  plan.faults = {Fault::kDuplication, Fault::kReordering, Fault::kOldFrames};
  connect();

  for (std::uint64_t number = 1; number <= 500; ++number) {
    one->send_forward(2, number);
    one->transport->flush();
    run_for(milliseconds(1));
  }
  run_for(seconds(30));

  EXPECT_EQ(two->received(), up_to(500));
}

TEST_F(SimulatedFaultyTrafficTest, WhenAllIsHealedNoOldFrameArrives) {
  plan.faults = {Fault::kOldFrames, Fault::kDuplication, Fault::kLoss, Fault::kReordering};
  connect();
  send_numbers(500);
  context.faulty = false;
  run_for(milliseconds(10));
  two->events.frames.clear();

  send_numbers(100);
  run_for(seconds(30));

  EXPECT_EQ(two->received(), up_to(100));
}

class SimulatedLinkLifeTest : public TransportFixture {};

TEST_F(SimulatedLinkLifeTest, APeerThatCrashesIsDialledAgain) {
  connect();
  crash(*two);
  two.reset();
  run_for(milliseconds(15));
  EXPECT_EQ(one->events.log, (std::vector<std::string>{"disconnected 2"}));

  two = make(2);
  run_for(seconds(2));

  EXPECT_EQ(one->events.count("connected 2"), 1U);
}

TEST_F(SimulatedLinkLifeTest, APeerThatIsRemovedIsDisconnectedAfterTheCall) {
  connect();

  one->transport->set_peers({});
  EXPECT_EQ(one->events.log, std::vector<std::string>{});
  run_for(seconds(5));

  EXPECT_EQ(one->events.log, (std::vector<std::string>{"disconnected 2"}));
  EXPECT_EQ(network.held(), 0U);
}

TEST_F(SimulatedLinkLifeTest, APeerThatStaysIsNotDialledAgain) {
  connect();

  aim(*one, 2);
  run_for(seconds(5));

  EXPECT_EQ(one->events.log, std::vector<std::string>{});
}

TEST_F(SimulatedLinkLifeTest, AfterCloseNothingHappensAndNothingIsLeft) {
  connect();
  std::size_t closed = 0;

  one->transport->close([&] { ++closed; });
  EXPECT_EQ(closed, 0U);
  run_for(seconds(5));

  EXPECT_EQ(closed, 1U);
  EXPECT_EQ(one->events.log, std::vector<std::string>{});
  EXPECT_EQ(network.held(), 0U);
}

TEST_F(SimulatedLinkLifeTest, WhoeverIsClosedAcceptsNobody) {
  two->transport->close([] {});

  aim(*one, 2);
  run_for(seconds(1));

  EXPECT_STREQ(one->link().trouble, "connection refused");
  EXPECT_EQ(two->events.log, std::vector<std::string>{});
}

TEST_F(SimulatedLinkLifeTest, DestroyingItLeavesNothingBehind) {
  connect();
  one->send_number(2, 1);
  const auto handle = one->transport->handle();

  one->transport.reset();
  run_for(seconds(5));

  EXPECT_EQ(*handle, nullptr);
  EXPECT_EQ(network.held(), 0U);
}

}  // namespace buoyant::simulation::transport_fault_test
