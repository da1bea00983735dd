// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/connection.h"

#include "tests/adapters/uv/transport_fixture.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <sys/socket.h>

namespace buoyant::uv::connection_test {

using conformance::text_frame;
using std::chrono::milliseconds;
using tests::Node;
using tests::RawListener;
using tests::RawSocket;

class ConnectionTest : public tests::UvTransportFixture {
 protected:
  TransportOptions with_frame_timeout(Duration timeout) {
    TransportOptions options = harness_.options();
    options.frame_timeout = timeout;
    return options;
  }

  /// The node dials; this is the other side, which has let it in.
  RawSocket connect(Node& node, const RawListener& listener) {
    node.dial(listener.address());
    RawSocket socket(accept(listener));
    socket.write(reply_frame(2));
    EXPECT_TRUE(node.wait_for("connected 2"));
    return socket;
  }
};

TEST_F(ConnectionTest, PeerThatStopsReadingIsDisconnectedAndDialledAgain) {
  const RawListener listener;
  TransportOptions options = harness_.options();
  options.peer_stall = milliseconds(30);
  options.queue_bytes_max = std::size_t{16} << 20U;
  Node node(harness_, options);
  const RawSocket socket = connect(node, listener);
  const Bytes payload = Bytes::copy_of(std::string(std::size_t{1} << 20U, 'x'));
  const Frame frame = make_frame(FrameType::kForward, GroupId(), view_of("big"), {&payload, 1});
  while (node.transport->send(ServerId(2), port::Channel::kRequest, frame) ==
         port::SendResult::kQueued) {
  }
  node.transport->flush();

  EXPECT_TRUE(node.wait_for("disconnected 2"));
  EXPECT_STREQ(node.transport->status().at(0).trouble, "the peer takes nothing");
  EXPECT_EQ(node.events.count("writable 2"), 0U);
  const RawSocket again(accept(listener));
}

TEST_F(ConnectionTest, PeerThatReadsSlowlyStaysConnected) {
  const RawListener listener;
  TransportOptions options = harness_.options();
  options.peer_stall = milliseconds(500);
  Node node(harness_, options);
  const RawSocket socket = connect(node, listener);
  const std::string text(60'000, 'x');
  for (int i = 0; i < 100; ++i) {
    node.transport->send(ServerId(2), port::Channel::kRequest, text_frame(text));
  }
  node.transport->flush();

  EXPECT_TRUE(harness_.loop().run_until_seen([&] {
    EXPECT_FALSE(socket.is_closed());
    return node.transport->queued_bytes(ServerId(2)) == 0;
  }));
  EXPECT_EQ(node.events.count("disconnected 2"), 0U);
}

TEST_F(ConnectionTest, AFrameThatNeverEndsEndsTheConnection) {
  const RawListener listener;
  Node node(harness_, with_frame_timeout(milliseconds(20)));
  const RawSocket socket = connect(node, listener);

  const Frame frame = text_frame("half of it");
  socket.write(frame.pieces.front().view().first(20));

  EXPECT_TRUE(node.wait_for("disconnected 2"));
  EXPECT_STREQ(node.transport->status().at(0).trouble, "a frame takes too long");
}

TEST_F(ConnectionTest, FramesThatEndInTimeDoNotAddUp) {
  const RawListener listener;
  Node node(harness_, with_frame_timeout(milliseconds(300)));
  const RawSocket socket = connect(node, listener);

  // Whenever it is looked at, a frame is under way: never the same for long.
  const Frame frame = text_frame("whole");
  const ByteView bytes = frame.pieces.front().view();
  socket.write(bytes.first(20));
  for (std::size_t sent = 1; sent <= 40; ++sent) {
    socket.write(bytes.subspan(20));
    socket.write(bytes.first(20));
    ASSERT_TRUE(harness_.loop().run_until_seen([&] { return node.events.frames.size() == sent; }));
    bool paused = false;
    tests::call_from_timer(*harness_.loop(), 20, [&] { paused = true; });
    ASSERT_TRUE(harness_.run_until([&] { return paused; }));
  }

  EXPECT_EQ(node.events.count("disconnected 2"), 0U);
}

TEST_F(ConnectionTest, FramesOfOneTurnLeaveTogetherAtTheFlush) {
  const RawListener listener;
  Node node(harness_, harness_.options());
  const RawSocket socket = connect(node, listener);
  for (int i = 0; i < 200; ++i) {
    node.transport->send(ServerId(2), port::Channel::kRequest, text_frame("x"));
  }

  node.transport->flush();

  EXPECT_EQ(node.transport->queued_bytes(ServerId(2)), 0U) << "written without the loop's help";
}

TEST_F(ConnectionTest, WriteToAPeerThatResetIsAnEventAndNoSignal) {
  const RawListener listener;
  Node node(harness_, harness_.options());
  node.dial(listener.address());
  {
    const int accepted = accept(listener);
    const RawSocket socket(accepted);
    socket.write(reply_frame(2));
    ASSERT_TRUE(node.wait_for("connected 2"));
    const linger reset{.l_onoff = 1, .l_linger = 0};
    setsockopt(accepted, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
  }
  node.events.inside_call = true;
  node.transport->send(ServerId(2), port::Channel::kRequest, text_frame("x"));
  node.transport->flush();
  node.events.inside_call = false;

  EXPECT_TRUE(node.wait_for("disconnected 2"));
  EXPECT_EQ(node.events.events_inside_calls, 0U);
  EXPECT_EQ(node.events.count("disconnected 2"), 1U);
}

TEST_F(ConnectionTest, ReadsOfOneIterationAreBounded) {
  TransportOptions options = harness_.options();
  options.receive_bytes_per_turn = 10'000;
  Node node(harness_, options);
  const RawSocket socket(node.transport->bound_address());
  socket.write(hello_frame(2));
  ASSERT_TRUE(node.wait_for("hello 2"));
  harness_.run_some();
  const Frame frame = text_frame(std::string(960, 'x'));
  ASSERT_EQ(frame.bytes(), 1000U);
  for (int i = 0; i < 60; ++i) {
    socket.write(frame);
  }

  harness_.loop().spin(1);
  EXPECT_LE(node.events.frames.size(), 10U);
  EXPECT_TRUE(harness_.run_until([&] { return node.events.frames.size() == 60; }));
}

TEST_F(ConnectionTest, WritesOfOneFlushAreBounded) {
  const RawListener listener;
  TransportOptions options = harness_.options();
  options.send_bytes_per_turn = 1000;
  Node node(harness_, options);
  const RawSocket socket = connect(node, listener);
  const Frame frame = text_frame(std::string(460, 'x'));
  for (int i = 0; i < 10; ++i) {
    node.transport->send(ServerId(2), port::Channel::kRequest, frame);
  }

  node.transport->flush();
  EXPECT_EQ(node.transport->queued_bytes(ServerId(2)), 10 * frame.bytes() - 1000);

  EXPECT_TRUE(harness_.run_until([&] { return node.transport->queued_bytes(ServerId(2)) == 0; }));
}

}  // namespace buoyant::uv::connection_test
