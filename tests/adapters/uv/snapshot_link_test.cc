// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The connection for snapshots has limits of its own, and none of what happens to it is felt on
/// the one of the requests.

#include "adapters/uv/transport.h"
#include "tests/adapters/uv/transport_fixture.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::uv::snapshot_link_test {

using conformance::text_frame;
using port::Channel;
using port::SendResult;
using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::Node;
using tests::RawListener;
using tests::RawSocket;

/// A node that dialled the test for both purposes.
class SnapshotLinkTest : public tests::UvTransportFixture {
 protected:
  void connect(const TransportOptions& options) {
    node = std::make_unique<Node>(harness_, options);
    node->dial(listener.address());
    requests = std::make_unique<RawSocket>(accept(listener));
    requests->write(reply_frame(2));
    ASSERT_TRUE(node->wait_for("connected 2"));
    node->transport->link_snapshots(ServerId(2), true);
    snapshots = std::make_unique<RawSocket>(accept(listener));
    snapshots->write(reply_frame(2));
    ASSERT_TRUE(node->wait_for("snapshot_connected 2"));
  }

  SendResult send(Channel channel, const Frame& frame) {
    return node->transport->send(ServerId(2), channel, frame);
  }

  /// More than the kernel takes of one that nobody reads.
  void fill(Channel channel) {
    const Bytes payload = Bytes::copy_of(std::string(std::size_t{1} << 20U, 'x'));
    const Frame frame = make_frame(FrameType::kForward, GroupId(), view_of("big"), {&payload, 1});
    while (send(channel, frame) == SendResult::kQueued) {
    }
    node->transport->flush();
  }

  [[nodiscard]] port::PeerLinkStatus status() const { return node->transport->status().at(0); }

  TransportOptions patient() {
    TransportOptions options = harness_.options();
    options.queue_bytes_max = std::size_t{16} << 20U;
    options.snapshot_queue_bytes_max = std::size_t{16} << 20U;
    options.peer_stall = seconds(60);
    options.snapshot_stall = seconds(60);
    return options;
  }

  const RawListener listener;
  std::unique_ptr<RawSocket> requests;
  std::unique_ptr<RawSocket> snapshots;
  std::unique_ptr<Node> node;
};

TEST_F(SnapshotLinkTest, PeerThatTakesNoPartsLosesOnlyTheirConnection) {
  TransportOptions options = patient();
  options.snapshot_stall = milliseconds(30);
  connect(options);

  fill(Channel::kSnapshot);
  ASSERT_TRUE(node->wait_for("snapshot_disconnected 2"));
  send(Channel::kRequest, text_frame("still here"));
  node->transport->flush();

  EXPECT_STREQ(status().snapshots.trouble, "the peer takes nothing");
  EXPECT_TRUE(status().connected);
  EXPECT_EQ(node->transport->queued_bytes(ServerId(2)), 0U);
  EXPECT_FALSE(requests->is_closed());
  EXPECT_EQ(node->events.count_starting("disconnected"), 0U);
  const RawSocket again(accept(listener));
}

TEST_F(SnapshotLinkTest, StallOfTheRequestsIsNotThatOfTheParts) {
  TransportOptions options = patient();
  options.peer_stall = milliseconds(30);
  connect(options);

  fill(Channel::kSnapshot);
  fill(Channel::kRequest);
  ASSERT_TRUE(node->wait_for("disconnected 2"));

  EXPECT_TRUE(status().snapshots.connected);
  EXPECT_GT(status().snapshots.queued_bytes, 0U);
  EXPECT_EQ(node->events.count_starting("snapshot_disconnected"), 0U);
}

TEST_F(SnapshotLinkTest, RequestsDoNotWaitForParts) {
  connect(patient());
  fill(Channel::kSnapshot);
  ASSERT_GT(status().snapshots.queued_bytes, 0U);

  send(Channel::kRequest, text_frame("heartbeat"));
  node->transport->flush();

  EXPECT_EQ(node->transport->queued_bytes(ServerId(2)), 0U) << "given to the system at once";
  EXPECT_GT(status().snapshots.queued_bytes, 0U);
}

TEST_F(SnapshotLinkTest, WritesOfOneFlushAreBounded) {
  TransportOptions options = patient();
  options.snapshot_send_bytes_per_turn = 1000;
  connect(options);
  const Frame frame = text_frame(std::string(460, 'x'));
  for (int i = 0; i < 10; ++i) {
    send(Channel::kSnapshot, frame);
    send(Channel::kRequest, frame);
  }

  node->transport->flush();

  EXPECT_EQ(status().snapshots.queued_bytes, 10 * frame.bytes() - 1000);
  EXPECT_EQ(status().queued_bytes, 0U);
  EXPECT_TRUE(harness_.run_until([&] { return status().snapshots.queued_bytes == 0; }));
}

TEST_F(SnapshotLinkTest, ReadsOfOneIterationAreBounded) {
  TransportOptions options = patient();
  options.snapshot_receive_bytes_per_turn = 10'000;
  Node receiver(harness_, options);
  const RawSocket parts(receiver.transport->bound_address());
  parts.write(hello_frame(2, LinkPurpose::kSnapshots));
  ASSERT_TRUE(receiver.wait_for("snapshot_hello 2"));
  const RawSocket others(receiver.transport->bound_address());
  others.write(hello_frame(2));
  ASSERT_TRUE(receiver.wait_for("hello 2"));
  harness_.run_some();
  const Frame frame = text_frame(std::string(960, 'x'));
  ASSERT_EQ(frame.bytes(), 1000U);
  for (int i = 0; i < 60; ++i) {
    parts.write(frame);
  }
  others.write(text_frame("heartbeat"));

  harness_.loop().spin(1);

  EXPECT_TRUE(receiver.events.has("request 2 heartbeat"));
  EXPECT_LE(receiver.events.count_starting("snapshot 2"), 10U);
  EXPECT_TRUE(
      harness_.run_until([&] { return receiver.events.count_starting("snapshot 2") == 60; }));
}

TEST_F(SnapshotLinkTest, BrokenPartEndsOnlyItsConnection) {
  connect(patient());
  std::string broken;
  for (const Bytes& piece : text_frame("held").pieces) {
    broken += piece.text();
  }
  broken[kFrameHeaderBytes + 2] ^= 1;

  snapshots->write(view_of(broken));

  EXPECT_TRUE(node->wait_for("snapshot_disconnected 2"));
  EXPECT_TRUE(node->events.has("trouble 2 frame body checksum"));
  EXPECT_TRUE(status().connected);
  EXPECT_FALSE(requests->is_closed());
}

TEST_F(SnapshotLinkTest, ClosesWhilePartsAreBeingWritten) {
  connect(patient());
  fill(Channel::kSnapshot);
  fill(Channel::kRequest);

  node.reset();

  EXPECT_TRUE(wait_for_close(*snapshots));
  EXPECT_TRUE(wait_for_close(*requests));
}

TEST_F(SnapshotLinkTest, GivenUpWhilePartsAreBeingWrittenItEnds) {
  connect(patient());
  fill(Channel::kSnapshot);

  node->transport->link_snapshots(ServerId(2), false);

  EXPECT_TRUE(node->wait_for("snapshot_disconnected 2"));
  EXPECT_TRUE(wait_for_close(*snapshots));
  EXPECT_EQ(node->events.count("snapshot_writable 2"), 0U);
  EXPECT_FALSE(requests->is_closed());
}

}  // namespace buoyant::uv::snapshot_link_test
