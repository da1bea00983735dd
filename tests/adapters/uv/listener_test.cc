// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/listener.h"

#include "tests/adapters/uv/transport_fixture.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace buoyant::uv::listener_test {

using tests::Node;
using tests::RawListener;
using tests::RawSocket;

class ListenerTest : public tests::UvTransportFixture {};

TEST_F(ListenerTest, PortInUseIsKnownAtOpen) {
  const RawListener taken;
  TransportOptions options = harness_.options();
  options.listen = taken.address();

  const Error error = open_error(options);

  EXPECT_EQ(error.code(), Errc::kAddressInUse);
  EXPECT_EQ(error.native(), UV_EADDRINUSE);
}

TEST_F(ListenerTest, PortOfAnotherTransportIsInUse) {
  Node one(harness_, harness_.options());
  TransportOptions options = harness_.options();
  options.listen = one.transport->bound_address();

  EXPECT_EQ(open_error(options).code(), Errc::kAddressInUse);
}

TEST_F(ListenerTest, OtherAddressesThanLoopbackNeedConsent) {
  TransportOptions options = harness_.options();
  for (const char* address : {"0.0.0.0:0", "[::]:0", "192.0.2.1:0"}) {
    options.listen = address;
    const Error error = open_error(options);

    EXPECT_EQ(error.code(), Errc::kInvalidOptions);
    EXPECT_STREQ(error.context(),
                 "listen: not a loopback address; without TLS this needs insecure_plaintext");
  }
}

TEST_F(ListenerTest, WithConsentItListensAnywhere) {
  TransportOptions options = harness_.options();
  options.listen = "0.0.0.0:0";
  options.insecure_plaintext = true;

  Node node(harness_, options);

  EXPECT_TRUE(node.transport->bound_address().starts_with("0.0.0.0:"));
}

TEST_F(ListenerTest, ListensOnAName) {
  TransportOptions options = harness_.options();
  options.listen = "localhost:0";

  Node node(harness_, options);

  EXPECT_FALSE(node.transport->bound_address().ends_with(":0"));
}

TEST_F(ListenerTest, AddressOfNobodyHereIsAnError) {
  TransportOptions options = harness_.options();
  options.listen = "192.0.2.1:7001";
  options.insecure_plaintext = true;

  EXPECT_EQ(open_error(options).code(), Errc::kTransportFailed);
}

TEST_F(ListenerTest, FewConnectionsAreAcceptedPerIterationButAllInTheEnd) {
  TransportOptions options = harness_.options();
  options.accepts_per_turn = 2;
  Node node(harness_, options);
  harness_.run_some();
  std::vector<std::unique_ptr<RawSocket>> sockets;
  for (std::uint64_t i = 0; i < 12; ++i) {
    sockets.push_back(std::make_unique<RawSocket>(node.transport->bound_address()));
    sockets.back()->write(hello_frame(i + 2));
  }
  harness_.loop().spin(2);
  EXPECT_LE(node.events.count_starting("hello"), 6U);

  EXPECT_TRUE(harness_.run_until([&] { return node.events.count_starting("hello") == 12; }));
}

TEST_F(ListenerTest, WithoutDescriptorsConnectionsAreDroppedAndTheLoopGoesOn) {
  Node node(harness_, harness_.options());
  harness_.run_some();
  RawSocket dropped(node.transport->bound_address());
  // Another thread was faster than libuv, and has the descriptor that it keeps for this.
  ::close(std::exchange(harness_.loop().get()->emfile_fd, -1));
  std::vector<int> taken;
  for (int taking = 0; (taking = ::dup(0)) >= 0;) {
    taken.push_back(taking);
  }

  harness_.loop().spin(3);
  for (const int descriptor : taken) {
    ::close(descriptor);
  }

  RawSocket next(node.transport->bound_address());
  next.write(hello_frame(2));
  EXPECT_TRUE(harness_.run_until([&] { return node.events.count_starting("hello") == 1; }));
}

}  // namespace buoyant::uv::listener_test
