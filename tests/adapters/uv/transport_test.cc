// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/transport.h"

#include "tests/adapters/uv/transport_fixture.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <signal.h>
#include <string>

BUOYANT_INSTANTIATE_TRANSPORT_CONFORMANCE(Uv, buoyant::uv::tests::UvHarness);

namespace buoyant::uv::transport_test {

using conformance::text_frame;
using std::chrono::milliseconds;
using tests::Node;

class UvTransportTest : public tests::UvTransportFixture {};

TEST_F(UvTransportTest, BadOptionsAreNamed) {
  const auto context_of = [&](const std::function<void(TransportOptions&)>& change) {
    TransportOptions options = harness_.options();
    change(options);
    const Error error = open_error(options);
    EXPECT_EQ(error.code(), Errc::kInvalidOptions);
    return std::string(error.context());
  };

  EXPECT_EQ(context_of([](auto& o) { o.codec = nullptr; }), "transport: codec");
  EXPECT_EQ(context_of([](auto& o) { o.poster = nullptr; }), "transport: poster");
  EXPECT_EQ(context_of([](auto& o) { o.listen = "7001"; }), "address: no port");
  EXPECT_EQ(context_of([](auto& o) { o.frame_bytes_max = kFrameBytesHardMax + 1; }),
            "transport: frame_bytes_max");
  EXPECT_EQ(context_of([](auto& o) { o.redial_delay_max = milliseconds(1); }),
            "transport: redial_delay");
  EXPECT_EQ(context_of([](auto& o) { o.snapshot_queue_bytes_max = 0; }),
            "transport: queue_bytes_max");
  EXPECT_EQ(context_of([](auto& o) { o.snapshot_receive_bytes_per_turn = 0; }),
            "transport: bytes_per_turn");
  EXPECT_EQ(context_of([](auto& o) { o.snapshot_stall = milliseconds(0); }),
            "transport: a timeout that is not positive");
  EXPECT_EQ(context_of([](auto& o) { o.accepts_per_turn = 0; }),
            "transport: a limit of zero connections");
}

TEST_F(UvTransportTest, SigpipeIsIgnoredUnlessTheHostHandlesIt) {
  const auto before = signal(SIGPIPE, SIG_DFL);
  { Node node(harness_, harness_.options()); }
  EXPECT_EQ(signal(SIGPIPE, [](int) {}), SIG_IGN);
  { Node node(harness_, harness_.options()); }
  EXPECT_NE(signal(SIGPIPE, before), SIG_IGN);
}

TEST_F(UvTransportTest, WorksOverIpv6) {
  TransportOptions options = harness_.options();
  options.listen = "[::1]:0";
  Node one(harness_, harness_.options());
  Node two(harness_, options, 2);

  one.dial(two.transport->bound_address());

  EXPECT_TRUE(one.wait_for("connected 2"));
}

TEST_F(UvTransportTest, ServerCanDialItself) {
  Node node(harness_, harness_.options());
  node.transport->set_peers({{ServerId(1), node.transport->bound_address()}});
  ASSERT_TRUE(node.wait_for("connected 1"));

  node.transport->send(ServerId(1), port::Channel::kRequest, text_frame("to myself"));
  node.transport->flush();

  EXPECT_TRUE(node.wait_for("request 1 to myself"));
}

}  // namespace buoyant::uv::transport_test
