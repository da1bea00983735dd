// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/transport.h"

#include "tests/simulation/transport_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace buoyant::simulation::transport_test {

using port::Channel;
using port::SendResult;
using std::chrono::milliseconds;
using std::chrono::seconds;
using transport_fixture::Numbers;
using transport_fixture::TransportFixture;
using transport_fixture::up_to;

class SimulatedTrafficTest : public TransportFixture {};

TEST_F(SimulatedTrafficTest, FramesArriveInOrderOnBothChannels) {
  connect();

  send_numbers(20);
  two->send_number(1, 1, Channel::kReply);
  two->send_number(1, 2, Channel::kReply);
  two->transport->flush();
  run_for(seconds(1));

  EXPECT_EQ(two->received(), up_to(20));
  EXPECT_EQ(one->received(), up_to(2));
  EXPECT_EQ(two->events.count_starting("request 1"), 20U);
  EXPECT_EQ(one->events.count_starting("reply 2"), 2U);
  EXPECT_EQ(one->link().frames_sent, 20U);
}

TEST_F(SimulatedTrafficTest, NothingLeavesBeforeTheFlush) {
  connect();
  one->send_number(2, 1);

  run_for(seconds(1));
  EXPECT_EQ(two->received(), Numbers{});
  one->transport->flush();
  run_for(seconds(1));

  EXPECT_EQ(two->received(), Numbers{1});
}

TEST_F(SimulatedTrafficTest, AHandshakeWithAnotherServerFlushesNothing) {
  connect();
  one->send_number(2, 1);
  const auto three = make(3);

  aim(*three, 1);
  run_for(seconds(1));

  ASSERT_TRUE(three->events.has("connected 1"));
  EXPECT_EQ(two->received(), Numbers{});
}

TEST_F(SimulatedTrafficTest, BeyondTheBoundTheQueueIsFullUntilThereIsRoom) {
  one = make(1, 1'000);
  connect();
  network.block(ServerId(1), ServerId(2));
  std::uint64_t queued = 0;
  while (one->send_number(2, queued + 1) == SendResult::kQueued) {
    one->transport->flush();
    ++queued;
  }
  EXPECT_GT(queued, 5U);
  EXPECT_LE(one->transport->queued_bytes(ServerId(2)), 1'000U);
  run_for(seconds(1));
  EXPECT_FALSE(one->events.has("writable 2"));

  network.unblock(ServerId(1), ServerId(2));
  run_for(seconds(1));

  EXPECT_EQ(one->events.count("writable 2"), 1U);
  EXPECT_EQ(two->received(), up_to(queued));
  EXPECT_EQ(one->send_number(2, 9), SendResult::kQueued);
}

TEST_F(SimulatedTrafficTest, OneFrameMayBeLargerThanTheQueue) {
  one = make(1, 10);
  connect();

  EXPECT_EQ(one->send_number(2, 1), SendResult::kQueued);
  EXPECT_EQ(one->send_number(2, 2), SendResult::kQueueFull);
}

TEST_F(SimulatedTrafficTest, AQueueThatWasNeverFullDoesNotTellOfRoom) {
  connect();

  send_numbers(20);

  EXPECT_FALSE(one->events.has("writable 2"));
}

TEST_F(SimulatedTrafficTest, AFrameThatIsNotAcceptedEndsTheConnection) {
  connect();
  two->events.accepts_frames = false;

  one->send_number(2, 1);
  one->transport->flush();
  run_for(milliseconds(10));

  EXPECT_EQ(one->events.log, (std::vector<std::string>{"disconnected 2"}));
}

TEST_F(SimulatedTrafficTest, AChangedByteEndsTheConnection) {
  connect();
  plan.faults = {Fault::kBitFlips};

  for (std::uint64_t number = 1; number <= 2'000; ++number) {
    one->send_number(2, number);
    one->transport->flush();
    run_for(milliseconds(1));
  }

  EXPECT_GT(one->events.count("disconnected 2"), 0U);
  EXPECT_GT(two->events.count_starting("trouble"), 0U);
  const Numbers received = two->received();
  EXPECT_TRUE(std::is_sorted(received.begin(), received.end()));
  EXPECT_EQ(std::adjacent_find(received.begin(), received.end()), received.end());
}

TEST_F(SimulatedTrafficTest, TheWatcherHearsWhatIsSent) {
  connect();

  one->send_number(2, 5);

  EXPECT_EQ(watcher.lines,
            (std::vector<std::string>{"to 2: heartbeat in term 1 commit 0 round 5"}));
}

TEST_F(SimulatedTrafficTest, AMessageThatDoesNotDecodeIsFound) {
  connect();

  one->send(2, conformance::text_frame("no FlatBuffer"));

  EXPECT_EQ(violated(), "encoding");
}

TEST_F(SimulatedTrafficTest, AMessageToOneselfIsFound) {
  aim(*one, 1);
  run_for(seconds(1));

  ASSERT_EQ(one->send_number(1, 1), SendResult::kQueued);

  EXPECT_EQ(violated(), "self_addressed");
}

TEST_F(SimulatedTrafficTest, AProcessThatIsGoneSaysNothing) {
  connect();
  one->send_number(2, 1);

  one->process->kill();
  one->transport->flush();
  EXPECT_EQ(one->send_number(2, 2), SendResult::kNotConnected);
  run_for(seconds(1));

  EXPECT_EQ(two->received(), Numbers{});
}

}  // namespace buoyant::simulation::transport_test
