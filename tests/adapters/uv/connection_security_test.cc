// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/adapters/uv/secure_harness.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

BUOYANT_INSTANTIATE_TRANSPORT_CONFORMANCE(UvSecure, buoyant::uv::tests::SecureHarness);

namespace buoyant::uv::connection_security_test {

using conformance::text_frame;
using std::chrono::milliseconds;
using tests::Node;
using tests::RawListener;
using tests::RawSocket;
using tests::SecureHarness;

class ConnectionSecurityTest : public testing::Test {
 protected:
  /// With the certificate of server `certificate`, whoever it says it is.
  TransportOptions options(std::uint64_t certificate) { return harness_.options(certificate); }

  SecureHarness harness_;
};

TEST_F(ConnectionSecurityTest, NothingInTheClearIsTaken) {
  Node node(harness_, options(1));
  Hello hello;
  hello.identity = {.cluster = "test", .server = ServerId(2)};
  hello.expected = ServerId(1);
  const RawSocket socket(node.transport->bound_address());

  socket.write(buoyant::tests::HelloCodec().encode_hello(hello));

  EXPECT_TRUE(node.wait_for("trouble 0 it sends what is no TLS"));
  EXPECT_TRUE(harness_.loop().run_until_seen([&] { return socket.is_closed(); }));
  EXPECT_EQ(node.events.count_starting("hello"), 0U);
}

TEST_F(ConnectionSecurityTest, NothingIsSentInTheClear) {
  Node plain(harness_, harness_.UvHarness::options(), 2);
  Node node(harness_, options(1));

  node.dial(plain.transport->bound_address());

  EXPECT_TRUE(plain.wait_for("trouble 0 frame magic"));
  EXPECT_EQ(plain.events.count_starting("hello"), 0U);
  EXPECT_FALSE(node.events.has("connected 2"));
}

TEST_F(ConnectionSecurityTest, NobodyElseThanWhoWasDialledWillDo) {
  Node three(harness_, options(3), 3);
  Node one(harness_, options(1));

  one.dial(three.transport->bound_address());

  EXPECT_TRUE(one.wait_for("trouble 2 its certificate is for another server than dialled"));
  EXPECT_TRUE(
      three.wait_for("trouble 0 it refused us (alert): our certificate is not the one it needs"));
  EXPECT_EQ(three.events.count_starting("hello"), 0U);
}

TEST_F(ConnectionSecurityTest, AHelloMustNameTheServerOfTheCertificate) {
  Node two(harness_, options(2), 2);
  Node liar(harness_, options(1), 3);

  liar.dial(two.transport->bound_address());

  EXPECT_TRUE(two.wait_for("trouble 0 its hello names another server than its certificate"));
  EXPECT_EQ(two.events.count_starting("hello"), 0U);
  EXPECT_FALSE(liar.events.has("connected 2"));
}

TEST_F(ConnectionSecurityTest, RefusalsAreCountedByTheirReason) {
  Node three(harness_, options(3), 3);
  Node one(harness_, options(1));
  one.dial(three.transport->bound_address());
  const auto refused = [&] {
    return one.transport->totals().troubles["its certificate is for another server than dialled"];
  };

  EXPECT_TRUE(harness_.run_until([&] { return refused() > 2; }));
  EXPECT_EQ(one.events.count_starting("trouble 2 its certificate"), 1U);
}

TEST_F(ConnectionSecurityTest, AStrangerWithoutAHandshakeIsEnded) {
  TransportOptions wanted = options(1);
  wanted.hello_timeout = milliseconds(30);
  Node node(harness_, wanted);
  const RawSocket socket(node.transport->bound_address());

  EXPECT_TRUE(node.wait_for("trouble 0 a connection came without a TLS handshake"));
  EXPECT_TRUE(harness_.loop().run_until_seen([&] { return socket.is_closed(); }));
}

TEST_F(ConnectionSecurityTest, APeerThatNeverAnswersTheHandshakeIsGivenUp) {
  const RawListener silent;
  TransportOptions wanted = options(1);
  wanted.hello_timeout = milliseconds(30);
  Node node(harness_, wanted);

  node.dial(silent.address());

  EXPECT_TRUE(node.wait_for_trouble("no answer to the TLS handshake"));
}

TEST_F(ConnectionSecurityTest, BytesThatCameWithTheHelloWaitForItsAdmission) {
  Node two(harness_, options(2), 2);
  Node one(harness_, options(1));
  one.dial(two.transport->bound_address());
  ASSERT_TRUE(one.wait_for("connected 2"));
  const std::string text(300'000, 'x');
  for (int i = 0; i < 20; ++i) {
    one.transport->send(ServerId(2), port::Channel::kRequest, text_frame(text));
    one.transport->send(ServerId(2), port::Channel::kRequest, text_frame("small"));
  }
  one.transport->flush();

  EXPECT_TRUE(harness_.run_until([&] { return two.events.frames.size() == 40; }));
  EXPECT_EQ(two.events.frames[38].meta.text(), text);
  EXPECT_EQ(two.events.count("request 1 small"), 20U);
}

TEST_F(ConnectionSecurityTest, WithSecurityItMayListenBeyondLoopback) {
  TransportOptions wanted = options(1);
  wanted.listen = "0.0.0.0:0";

  Node node(harness_, wanted);

  EXPECT_TRUE(node.transport->totals().secure_until);
}

}  // namespace buoyant::uv::connection_security_test
