// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A transport under test with options of its own, and other sides that the test plays itself.
#pragma once

#include "tests/adapters/uv/transport_harness.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace buoyant::uv::tests {

/// A transport under test with options of its own.
struct Node {
  Node(UvHarness& its_harness, const TransportOptions& options, std::uint64_t id = 1)
      : harness(its_harness), events(ServerId(id)), transport(harness.open(options)) {
    events.transport = transport.get();
    transport->start(events);
  }

  ~Node() {
    bool closed = false;
    transport->close([&] { closed = true; });
    EXPECT_TRUE(harness.run_until([&] { return closed; }));
  }

  bool wait_for(const std::string& event) {
    return harness.run_until([&] { return events.has(event); });
  }

  void dial(const std::string& address) { transport->set_peers({{ServerId(2), address}}); }

  bool wait_for_trouble(const std::string& trouble) {
    return harness.run_until([&] { return transport->status().at(0).trouble == trouble; });
  }

  UvHarness& harness;
  conformance::TransportRecorder events;
  std::unique_ptr<UvTransport> transport;
};

/// The fixture of the tests of the transport's parts.
class UvTransportFixture : public testing::Test {
 protected:
  Frame hello_frame(std::uint64_t from, LinkPurpose purpose = LinkPurpose::kRequests) {
    Hello hello;
    hello.purpose = purpose;
    hello.identity = {.cluster = "test", .server = ServerId(from)};
    hello.expected = ServerId(1);
    return codec_.encode_hello(hello);
  }

  Frame reply_frame(std::uint64_t from) {
    HelloReply reply;
    reply.identity = {.cluster = "test", .server = ServerId(from)};
    return codec_.encode_hello_reply(reply);
  }

  /// Plays the acceptor: takes the connection that was dialled.
  int accept(const RawListener& listener) {
    int socket = -1;
    EXPECT_TRUE(harness_.loop().run_until_seen([&] {
      socket = socket >= 0 ? socket : listener.accept();
      return socket >= 0;
    }));
    return socket;
  }

  bool wait_for_close(const RawSocket& socket) {
    return harness_.loop().run_until_seen([&] { return socket.is_closed(); });
  }

  Error open_error(const TransportOptions& options) {
    auto opened = UvTransport::open(*harness_.loop(), options);
    EXPECT_FALSE(opened);
    return opened ? Error(Errc::kBusy) : opened.error();
  }

  buoyant::tests::HelloCodec codec_;
  UvHarness harness_;
};

}  // namespace buoyant::uv::tests
