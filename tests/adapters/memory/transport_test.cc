// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What only the in-memory transport can do: faults of the network in virtual time. What it has
/// in common with the others is in transport_conformance.h.

#include "adapters/memory/transport.h"

#include "adapters/memory/event_loop.h"
#include "tests/adapters/transport_conformance.h"
#include "tests/support/transport_recorder.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::memory::transport_test {

using std::chrono::milliseconds;
using tests::text_frame;

struct Server {
  Server(MemoryNetwork& network, std::uint64_t id, std::size_t queue_bytes_max = 1000)
      : events(ServerId(id)) {
    TransportOptions options;
    options.id = ServerId(id);
    options.address = "server-" + std::to_string(id);
    options.queue_bytes_max = queue_bytes_max;
    transport = std::make_unique<MemoryTransport>(network, options);
    events.transport = transport.get();
    transport->start(events);
  }

  port::SendResult send(std::uint64_t peer, std::string_view text) {
    const auto result = transport->send(ServerId(peer), port::Channel::kRequest, text_frame(text));
    transport->flush();
    return result;
  }

  tests::TransportRecorder events;
  std::unique_ptr<MemoryTransport> transport;
};

/// The conformance suite in virtual time.
class MemoryHarness {
 public:
  std::unique_ptr<port::Transport> open(ServerId id, const tests::TransportLimits& limits) {
    return reopen(id, limits, "address-" + std::to_string(++opened_));
  }

  std::unique_ptr<port::Transport> reopen(ServerId id, const tests::TransportLimits& limits,
                                          const std::string& address) {
    TransportOptions options;
    options.id = id;
    options.address = address;
    options.frame_bytes_max = limits.frame_bytes_max;
    options.queue_bytes_max = limits.queue_bytes_max;
    auto transport = std::make_unique<MemoryTransport>(network_, options);
    addresses_[transport.get()] = address;
    return transport;
  }

  std::string address_of(port::Transport& transport) { return addresses_[&transport]; }

  bool run_until(const std::function<bool()>& condition) {
    const Instant end = scheduler_.now() + std::chrono::minutes(1);
    while (!condition() && scheduler_.run_one(end)) {
    }
    return condition();
  }

  void run_some() { scheduler_.run_for(milliseconds(5)); }

 private:
  Scheduler scheduler_;
  MemoryNetwork network_{scheduler_};
  std::map<port::Transport*, std::string> addresses_;
  int opened_ = 0;
};

}  // namespace buoyant::memory::transport_test

namespace buoyant::tests {

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, TransportConformance, memory::transport_test::MemoryHarness);

}  // namespace buoyant::tests

namespace buoyant::memory::transport_test {

class MemoryTransportTest : public testing::Test {
 protected:
  void connect() {
    one_.transport->set_peers({{ServerId(2), "server-2"}});
    scheduler_.run_due();
    ASSERT_TRUE(one_.events.has("connected 2"));
  }

  Scheduler scheduler_;
  Instant start_ = scheduler_.now();
  MemoryNetwork network_{scheduler_};
  Server one_{network_, 1};
  Server two_{network_, 2};
};

TEST_F(MemoryTransportTest, DelayHoldsForEachDirectionOfALink) {
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

TEST_F(MemoryTransportTest, ShorterDelayDoesNotOvertake) {
  connect();
  network_.set_delay(ServerId(1), ServerId(2), milliseconds(10));
  one_.send(2, "first");
  network_.set_delay(ServerId(1), ServerId(2), milliseconds(1));
  one_.send(2, "second");

  scheduler_.run_for(milliseconds(20));

  EXPECT_EQ(two_.events.starting("request"),
            (std::vector<std::string>{"request 1 first", "request 1 second"}));
}

TEST_F(MemoryTransportTest, CutEndsTheConnectionOnBothSides) {
  connect();

  network_.cut(ServerId(1), ServerId(2));
  scheduler_.run_due();

  EXPECT_TRUE(one_.events.has("disconnected 2"));
  EXPECT_EQ(one_.send(2, "lost"), port::SendResult::kNotConnected);
  EXPECT_EQ(two_.transport->send(ServerId(1), port::Channel::kReply, text_frame("lost")),
            port::SendResult::kNotConnected);
}

TEST_F(MemoryTransportTest, CutLosesWhatIsUnderWay) {
  connect();
  network_.set_delay(milliseconds(10));
  one_.send(2, "lost");

  network_.cut(ServerId(1), ServerId(2));
  network_.heal(ServerId(1), ServerId(2));
  scheduler_.run_for(milliseconds(500));

  EXPECT_FALSE(two_.events.has("request 1 lost"));
  EXPECT_EQ(one_.events.count("connected 2"), 2U);
}

TEST_F(MemoryTransportTest, NoConnectionIsMadeWhileTheLinkIsCut) {
  connect();
  network_.cut(ServerId(1), ServerId(2));

  scheduler_.run_for(std::chrono::seconds(10));
  EXPECT_EQ(one_.events.count("connected 2"), 1U);
  EXPECT_STREQ(one_.transport->status()[0].trouble, "connection refused");
  network_.heal(ServerId(1), ServerId(2));
  scheduler_.run_for(milliseconds(50));

  EXPECT_EQ(one_.events.count("connected 2"), 2U);
}

TEST_F(MemoryTransportTest, HoldStopsOneDirectionOnly) {
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

TEST_F(MemoryTransportTest, StalledServerReadsEverythingBeforeItsTurn) {
  struct Handler final : port::TurnHandler {
    void on_turn(const port::Turn& turn) noexcept override {
      stalled = turn.stalled;
      frames_before = events->frames.size();
    }

    tests::TransportRecorder* events = nullptr;
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

TEST_F(MemoryTransportTest, FramesWaitForTheFlush) {
  connect();
  one_.transport->send(ServerId(2), port::Channel::kRequest, text_frame("unflushed"));
  scheduler_.run_for(milliseconds(100));
  EXPECT_TRUE(two_.events.frames.empty());

  one_.transport->flush();
  scheduler_.run_due();

  EXPECT_EQ(two_.events.frames.size(), 1U);
}

TEST_F(MemoryTransportTest, ReceivedBytesAreNotTheSendersMemory) {
  connect();
  const Frame frame = text_frame("payload");
  one_.transport->send(ServerId(2), port::Channel::kRequest, frame);
  one_.transport->flush();
  scheduler_.run_due();

  ASSERT_EQ(two_.events.frames.size(), 1U);
  EXPECT_EQ(two_.events.frames[0].meta.text(), "payload");
  EXPECT_NE(two_.events.frames[0].meta.data(), frame.pieces[0].data() + kFrameHeaderBytes);
}

TEST_F(MemoryTransportTest, ServerCanDialItself) {
  one_.transport->set_peers({{ServerId(1), "server-1"}});
  scheduler_.run_due();
  one_.send(1, "to myself");
  scheduler_.run_due();

  EXPECT_TRUE(one_.events.has("hello 1"));
  EXPECT_TRUE(one_.events.has("connected 1"));
  EXPECT_TRUE(one_.events.has("request 1 to myself"));
}

TEST_F(MemoryTransportTest, EqualRunsGiveEqualHistories) {
  const auto run = [] {
    Scheduler scheduler;
    MemoryNetwork network(scheduler);
    network.set_delay(milliseconds(3));
    Server one(network, 1);
    Server two(network, 2);
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

}  // namespace buoyant::memory::transport_test
