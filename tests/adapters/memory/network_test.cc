// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/memory/network.h"

#include "adapters/memory/event_loop.h"
#include "tests/adapters/memory/server_fixture.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace buoyant::memory::network_test {

using conformance::text_frame;
using std::chrono::milliseconds;

class MemoryNetworkTest : public tests::ServerFixture {};

TEST_F(MemoryNetworkTest, DelayHoldsForEachDirectionOfALink) {
  network_.set_delay(ServerId(1), ServerId(2), milliseconds(10));
  network_.set_delay(ServerId(2), ServerId(1), milliseconds(30));
  one_.transport->set_peers({{ServerId(2), "server-2"}});

  scheduler_.run_for(milliseconds(10));
  EXPECT_TRUE(two_.events.has("hello 1"));
  scheduler_.run_for(milliseconds(29));
  EXPECT_FALSE(one_.events.has("connected 2"));
  scheduler_.run_for(milliseconds(1));

  EXPECT_TRUE(one_.events.has("connected 2"));
}

TEST_F(MemoryNetworkTest, ShorterDelayDoesNotOvertake) {
  connect();
  network_.set_delay(ServerId(1), ServerId(2), milliseconds(10));
  one_.send(2, "first");
  network_.set_delay(ServerId(1), ServerId(2), milliseconds(1));
  one_.send(2, "second");

  scheduler_.run_for(milliseconds(20));

  EXPECT_EQ(two_.events.starting("request"),
            (std::vector<std::string>{"request 1 first", "request 1 second"}));
}

TEST_F(MemoryNetworkTest, CutEndsTheConnectionOnBothSides) {
  connect();

  network_.cut(ServerId(1), ServerId(2));
  scheduler_.run_due();

  EXPECT_TRUE(one_.events.has("disconnected 2"));
  EXPECT_EQ(one_.send(2, "lost"), port::SendResult::kNotConnected);
  EXPECT_EQ(two_.transport->send(ServerId(1), port::Channel::kReply, text_frame("lost")),
            port::SendResult::kNotConnected);
}

TEST_F(MemoryNetworkTest, CutLosesWhatIsUnderWay) {
  connect();
  network_.set_delay(milliseconds(10));
  one_.send(2, "lost");

  network_.cut(ServerId(1), ServerId(2));
  network_.heal(ServerId(1), ServerId(2));
  scheduler_.run_for(milliseconds(500));

  EXPECT_FALSE(two_.events.has("request 1 lost"));
  EXPECT_EQ(one_.events.count("connected 2"), 2U);
}

TEST_F(MemoryNetworkTest, NoConnectionIsMadeWhileTheLinkIsCut) {
  connect();
  network_.cut(ServerId(1), ServerId(2));

  scheduler_.run_for(std::chrono::seconds(10));
  EXPECT_EQ(one_.events.count("connected 2"), 1U);
  EXPECT_STREQ(one_.transport->status()[0].trouble, "connection refused");
  network_.heal(ServerId(1), ServerId(2));
  scheduler_.run_for(milliseconds(50));

  EXPECT_EQ(one_.events.count("connected 2"), 2U);
}

TEST_F(MemoryNetworkTest, HoldStopsOneDirectionOnly) {
  connect();
  network_.hold(ServerId(1), ServerId(2));
  one_.send(2, "question");
  two_.transport->send(ServerId(1), port::Channel::kReply, text_frame("answer"));
  two_.transport->flush();

  scheduler_.run_for(milliseconds(100));
  EXPECT_FALSE(two_.events.has("request 1 question"));
  EXPECT_TRUE(one_.events.has("reply 2 answer"));
  network_.release(ServerId(1), ServerId(2));
  scheduler_.run_due();

  EXPECT_TRUE(two_.events.has("request 1 question"));
}

TEST_F(MemoryNetworkTest, StalledServerReadsEverythingBeforeItsTurn) {
  struct Handler final : port::TurnHandler {
    void on_turn(const port::Turn& turn) noexcept override {
      stalled = turn.stalled;
      frames_before = events->frames.size();
    }

    conformance::TransportRecorder* events = nullptr;
    Duration stalled{0};
    std::size_t frames_before = 0;
  };

  connect();
  Handler handler;
  handler.events = &two_.events;
  MemoryEventLoop loop(scheduler_);
  loop.set_handler(handler);
  loop.arm(scheduler_.now() + milliseconds(20));

  loop.stall(milliseconds(100));
  network_.stall(ServerId(2), milliseconds(100));
  one_.send(2, "first");
  scheduler_.run_for(milliseconds(50));
  one_.send(2, "second");
  one_.send(2, "third");
  EXPECT_TRUE(two_.events.frames.empty());
  scheduler_.run_for(milliseconds(100));

  EXPECT_EQ(handler.frames_before, 3U);
  EXPECT_EQ(handler.stalled, milliseconds(80));
}

TEST_F(MemoryNetworkTest, EqualRunsGiveEqualHistories) {
  const auto run = [] {
    Scheduler scheduler;
    MemoryNetwork network(scheduler);
    network.set_delay(milliseconds(3));
    tests::Server one(network, 1);
    tests::Server two(network, 2);
    one.transport->set_peers({{ServerId(2), "server-2"}});
    two.transport->set_peers({{ServerId(1), "server-1"}});
    scheduler.run_for(milliseconds(20));
    one.send(2, "a");
    two.send(1, "b");
    network.cut(ServerId(1), ServerId(2));
    network.heal(ServerId(1), ServerId(2));
    scheduler.run_for(milliseconds(200));
    one.events.log.insert(one.events.log.end(), two.events.log.begin(), two.events.log.end());
    return one.events.log;
  };

  EXPECT_EQ(run(), run());
}

}  // namespace buoyant::memory::network_test
