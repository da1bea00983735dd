// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/memory/transport.h"

#include "buoyant/conformance/transport_conformance.h"
#include "tests/adapters/memory/server_fixture.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace buoyant::memory::transport_test {

using conformance::text_frame;
using std::chrono::milliseconds;

/// The conformance suite in virtual time.
class MemoryHarness {
 public:
  std::unique_ptr<port::Transport> open(ServerId id, const conformance::TransportLimits& limits) {
    return reopen(id, limits, "address-" + std::to_string(++opened_));
  }

  std::unique_ptr<port::Transport> reopen(ServerId id, const conformance::TransportLimits& limits,
                                          const std::string& address) {
    TransportOptions options;
    options.id = id;
    options.address = address;
    options.frame_bytes_max = limits.frame_bytes_max;
    options.queue_bytes_max = limits.queue_bytes_max;
    options.snapshot_queue_bytes_max = limits.snapshot_queue_bytes_max;
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

BUOYANT_INSTANTIATE_TRANSPORT_CONFORMANCE(Memory, buoyant::memory::transport_test::MemoryHarness);

namespace buoyant::memory::transport_test {

class MemoryTransportTest : public tests::ServerFixture {};

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

}  // namespace buoyant::memory::transport_test
