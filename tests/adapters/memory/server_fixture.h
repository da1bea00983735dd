// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Two servers with in-memory transports on one network.
#pragma once

#include "adapters/memory/transport.h"
#include "buoyant/conformance/transport_recorder.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

namespace buoyant::memory::tests {

using conformance::text_frame;

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

  conformance::TransportRecorder events;
  std::unique_ptr<MemoryTransport> transport;
};

/// The fixture.
class ServerFixture : public testing::Test {
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

}  // namespace buoyant::memory::tests
