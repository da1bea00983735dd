// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/inbound.h"

#include "tests/adapters/uv/transport_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::uv::inbound_test {

using conformance::text_frame;
using std::chrono::milliseconds;
using tests::Node;
using tests::RawSocket;

class InboundTest : public tests::UvTransportFixture {};

TEST_F(InboundTest, GarbageEndsTheConnectionAndIsReportedOnce) {
  Node node(harness_, harness_.options());
  for (int i = 0; i < 3; ++i) {
    const RawSocket socket(node.transport->bound_address());
    socket.write(view_of("GET / HTTP/1.1\r\nHost: example.org\r\nAccept: text/html\r\n\r\n"));
    EXPECT_TRUE(wait_for_close(socket));
  }

  EXPECT_EQ(node.events.log, std::vector<std::string>{"trouble 0 frame magic"});
}

TEST_F(InboundTest, FrameThatIsNoHelloEndsTheConnection) {
  Node node(harness_, harness_.options());
  const RawSocket socket(node.transport->bound_address());

  socket.write(text_frame("not a hello"));

  EXPECT_TRUE(wait_for_close(socket));
  EXPECT_EQ(node.events.log,
            std::vector<std::string>{"trouble 0 the first frame on a connection is no handshake"});
}

TEST_F(InboundTest, StrangersMaySendFourKibibytesOnly) {
  Node node(harness_, harness_.options());
  const RawSocket socket(node.transport->bound_address());

  socket.write(text_frame(std::string(kHelloBytesMax + 1, 'x')));

  EXPECT_TRUE(wait_for_close(socket));
  EXPECT_TRUE(node.events.has("trouble 0 frame over the cap"));
}

TEST_F(InboundTest, OversizedLengthIsRefusedByItsHeaderAlone) {
  Node node(harness_, harness_.options());
  const RawSocket socket(node.transport->bound_address());
  std::vector<std::byte> header(kFrameHeaderBytes);
  FrameHeader claim;
  claim.payload_bytes = 0xffffffff;
  encode_frame_header(claim, header);

  socket.write(header);

  EXPECT_TRUE(wait_for_close(socket));
  EXPECT_TRUE(node.events.has("trouble 0 frame over the cap"));
}

TEST_F(InboundTest, HelloInSingleBytesIsRead) {
  Node node(harness_, harness_.options());
  const RawSocket socket(node.transport->bound_address());
  const Frame frame = hello_frame(2);
  for (const std::byte& byte : frame.pieces.at(0).view()) {
    socket.write(ByteView(&byte, 1));
    harness_.loop().spin(2);
  }

  EXPECT_TRUE(node.wait_for("hello 2"));
}

TEST_F(InboundTest, HalfAHelloEndsAtTheDeadline) {
  TransportOptions options = harness_.options();
  options.hello_timeout = milliseconds(20);
  Node node(harness_, options);
  const RawSocket socket(node.transport->bound_address());
  const Frame frame = hello_frame(2);

  socket.write(frame.pieces.at(0).view().first(30));

  EXPECT_TRUE(wait_for_close(socket));
  EXPECT_EQ(node.events.log,
            std::vector<std::string>{"trouble 0 a connection came without a handshake"});
}

TEST_F(InboundTest, AdmissionThatDoesNotComeEndsAtTheDeadline) {
  TransportOptions options = harness_.options();
  options.hello_timeout = milliseconds(20);
  Node node(harness_, options);
  node.events.admits_at_once = false;
  const RawSocket socket(node.transport->bound_address());
  socket.write(hello_frame(2));
  ASSERT_TRUE(node.wait_for("hello 2"));

  EXPECT_TRUE(wait_for_close(socket));
  node.transport->admit(node.events.connections.at(0), Refusal::kNone);
  harness_.run_some();

  EXPECT_FALSE(node.transport->send(ServerId(2), port::Channel::kReply, text_frame("x")) ==
               port::SendResult::kQueued);
}

TEST_F(InboundTest, FramesRightBehindTheHelloWaitForTheAdmission) {
  Node node(harness_, harness_.options());
  node.events.admits_at_once = false;
  const RawSocket socket(node.transport->bound_address());
  socket.write(hello_frame(2));
  socket.write(text_frame("impatient"));
  ASSERT_TRUE(node.wait_for("hello 2"));
  harness_.run_some();
  EXPECT_TRUE(node.events.frames.empty());

  node.events.inside_call = true;
  node.transport->admit(node.events.connections.at(0), Refusal::kNone);
  node.events.inside_call = false;

  EXPECT_TRUE(node.wait_for("request 2 impatient"));
  EXPECT_EQ(node.events.events_inside_calls, 0U);
}

TEST_F(InboundTest, BrokenBodyFromAPeerEndsTheConnection) {
  Node node(harness_, harness_.options());
  const RawSocket socket(node.transport->bound_address());
  socket.write(hello_frame(2));
  std::string broken;
  for (const Bytes& piece : text_frame("some text").pieces) {
    broken += piece.text();
  }
  broken[kFrameHeaderBytes + 2] ^= 1;

  socket.write(view_of(broken));

  EXPECT_TRUE(wait_for_close(socket));
  EXPECT_TRUE(node.events.has("trouble 2 frame body checksum"));
  EXPECT_TRUE(node.events.frames.empty());
}

TEST_F(InboundTest, StrangersAreLimitedInAll) {
  TransportOptions options = harness_.options();
  options.unauthenticated_max = 4;
  Node node(harness_, options);
  std::vector<std::unique_ptr<RawSocket>> sockets;
  for (int i = 0; i < 10; ++i) {
    sockets.push_back(std::make_unique<RawSocket>(node.transport->bound_address()));
  }
  const auto closed = [&] {
    return std::count_if(sockets.begin(), sockets.end(),
                         [](const auto& socket) { return socket->is_closed(); });
  };

  EXPECT_TRUE(harness_.loop().run_until_seen([&] { return closed() == 6; }));
  harness_.run_some();

  EXPECT_EQ(closed(), 6);
  EXPECT_EQ(node.events.log,
            std::vector<std::string>{"trouble 0 too many connections without a handshake"});
}

TEST_F(InboundTest, StrangersAreLimitedPerHost) {
  TransportOptions options = harness_.options();
  options.unauthenticated_per_host_max = 2;
  Node node(harness_, options);
  const RawSocket first(node.transport->bound_address());
  const RawSocket second(node.transport->bound_address());
  const RawSocket third(node.transport->bound_address());

  EXPECT_TRUE(wait_for_close(third));
  EXPECT_FALSE(first.is_closed());
  EXPECT_FALSE(second.is_closed());
}

TEST_F(InboundTest, AHostThatSentGarbageGetsOneStrangerAtATime) {
  Node node(harness_, harness_.options());
  const RawSocket offender(node.transport->bound_address());
  offender.write(text_frame("not a hello"));
  ASSERT_TRUE(wait_for_close(offender));

  const RawSocket first(node.transport->bound_address());
  const RawSocket second(node.transport->bound_address());

  EXPECT_TRUE(wait_for_close(second));
  EXPECT_FALSE(first.is_closed());
}

TEST_F(InboundTest, AMemberBehindTheAddressOfAnOffenderIsLetInAndEndsThePenalty) {
  Node node(harness_, harness_.options());
  const RawSocket offender(node.transport->bound_address());
  offender.write(view_of("GET / HTTP/1.1\r\nHost: example.org\r\nAccept: text/html\r\n\r\n"));
  ASSERT_TRUE(wait_for_close(offender));

  const RawSocket member(node.transport->bound_address());
  member.write(hello_frame(2));
  ASSERT_TRUE(node.wait_for("hello 2"));
  const RawSocket first(node.transport->bound_address());
  const RawSocket second(node.transport->bound_address());
  const RawSocket third(node.transport->bound_address());
  third.write(hello_frame(3));

  EXPECT_TRUE(node.wait_for("hello 3"));
  EXPECT_FALSE(first.is_closed());
  EXPECT_FALSE(second.is_closed());
}

TEST_F(InboundTest, AServerOfAnotherVersionIsNoOffender) {
  Node node(harness_, harness_.options());
  const RawSocket newer(node.transport->bound_address());
  std::vector<std::byte> header(kFrameHeaderBytes);
  FrameHeader claim;
  claim.version = 99;
  encode_frame_header(claim, header);
  newer.write(header);
  ASSERT_TRUE(wait_for_close(newer));

  const RawSocket first(node.transport->bound_address());
  const RawSocket second(node.transport->bound_address());
  second.write(hello_frame(3));

  EXPECT_TRUE(node.wait_for("hello 3"));
  EXPECT_FALSE(first.is_closed());
}

TEST_F(InboundTest, GarbageOfAnAdmittedPeerIsNoOffenceOfItsHost) {
  Node node(harness_, harness_.options());
  const RawSocket member(node.transport->bound_address());
  member.write(hello_frame(2));
  ASSERT_TRUE(node.wait_for("hello 2"));
  harness_.run_some();
  member.write(view_of("GET / HTTP/1.1\r\nHost: example.org\r\nAccept: text/html\r\n\r\n"));
  ASSERT_TRUE(wait_for_close(member));

  const RawSocket first(node.transport->bound_address());
  const RawSocket second(node.transport->bound_address());
  second.write(hello_frame(3));

  EXPECT_TRUE(node.wait_for("hello 3"));
  EXPECT_FALSE(first.is_closed());
}

TEST_F(InboundTest, StrangersThatLeaveMakeRoom) {
  TransportOptions options = harness_.options();
  options.unauthenticated_per_host_max = 1;
  Node node(harness_, options);
  for (std::uint64_t i = 2; i < 6; ++i) {
    RawSocket socket(node.transport->bound_address());
    socket.write(hello_frame(i));
    EXPECT_TRUE(node.wait_for("hello " + std::to_string(i)));
    socket.close();
    harness_.run_some();
  }

  EXPECT_EQ(node.events.count_starting("trouble"), 0U);
}

TEST_F(InboundTest, AdmittedPeersAreNoStrangers) {
  TransportOptions options = harness_.options();
  options.unauthenticated_max = 1;
  Node node(harness_, options);
  std::vector<std::unique_ptr<RawSocket>> sockets;
  for (std::uint64_t i = 2; i < 6; ++i) {
    sockets.push_back(std::make_unique<RawSocket>(node.transport->bound_address()));
    sockets.back()->write(hello_frame(i));
    ASSERT_TRUE(node.wait_for("hello " + std::to_string(i)));
  }

  EXPECT_EQ(node.events.count_starting("trouble"), 0U);
}

}  // namespace buoyant::uv::inbound_test
