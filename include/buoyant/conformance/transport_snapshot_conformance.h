// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The second connection with a peer, for snapshots: part of the suite in
/// transport_conformance.h.
#pragma once

#include "buoyant/conformance/transport_server.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace buoyant::conformance {

template <class Harness>
class TransportSnapshotConformance : public TransportFixture<Harness> {};

TYPED_TEST_SUITE_P(TransportSnapshotConformance);

TYPED_TEST_P(TransportSnapshotConformance, IsNotDialledBeforeItIsWanted) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  this->harness_.run_some();

  EXPECT_EQ(two.events.log, std::vector<std::string>{"hello 1"});
  EXPECT_EQ(one.snapshot(2, "x"), port::SendResult::kNotConnected);
  EXPECT_EQ(two.snapshot_reply(1, "x"), port::SendResult::kNotConnected);
  EXPECT_FALSE(one.link(2).snapshots.wanted);
  EXPECT_STREQ(one.link(2).snapshots.trouble, "");
}

TYPED_TEST_P(TransportSnapshotConformance, HandshakeSaysThePurpose) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);

  this->connect_snapshots(one, two);

  ASSERT_EQ(two.events.hellos.size(), 2U);
  EXPECT_EQ(two.events.hellos[0].purpose, LinkPurpose::kRequests);
  EXPECT_EQ(two.events.hellos[1].purpose, LinkPurpose::kSnapshots);
  EXPECT_EQ(two.events.hellos[1].identity, one.events.identity);
  EXPECT_EQ(two.events.hellos[1].expected, ServerId(2));
  EXPECT_EQ(one.events.log,
            (std::vector<std::string>{"hello_reply 2 from 2", "connected 2", "hello_reply 2 from 2",
                                      "snapshot_connected 2"}));
}

TYPED_TEST_P(TransportSnapshotConformance, BothConnectionsLiveSideBySide) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect_snapshots(one, two);

  EXPECT_EQ(one.snapshot(2, "part"), port::SendResult::kQueued);
  EXPECT_EQ(one.request(2, "question"), port::SendResult::kQueued);
  EXPECT_EQ(two.snapshot_reply(1, "held"), port::SendResult::kQueued);
  EXPECT_EQ(two.reply(1, "answer"), port::SendResult::kQueued);
  one.flush();
  two.flush();

  EXPECT_TRUE(two.wait_for("snapshot 1 part"));
  EXPECT_TRUE(two.wait_for("request 1 question"));
  EXPECT_TRUE(one.wait_for("snapshot_reply 2 held"));
  EXPECT_TRUE(one.wait_for("reply 2 answer"));
  this->harness_.run_some();
  EXPECT_EQ(two.events.frames.size(), 2U);
  EXPECT_EQ(one.events.frames.size(), 2U);
  EXPECT_EQ(one.events.count_starting("disconnected"), 0U);
}

TYPED_TEST_P(TransportSnapshotConformance, EachSideMayDialTheOtherForBoth) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect_snapshots(one, two);
  this->connect_snapshots(two, one);

  one.snapshot(2, "one's part");
  two.snapshot(1, "two's part");
  one.snapshot_reply(2, "one holds");
  two.snapshot_reply(1, "two holds");
  one.flush();
  two.flush();

  EXPECT_TRUE(two.wait_for("snapshot 1 one's part"));
  EXPECT_TRUE(one.wait_for("snapshot 2 two's part"));
  EXPECT_TRUE(two.wait_for("snapshot_reply 1 one holds"));
  EXPECT_TRUE(one.wait_for("snapshot_reply 2 two holds"));
}

TYPED_TEST_P(TransportSnapshotConformance, PartsArriveInOrder) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect_snapshots(one, two);
  std::vector<std::string> expected;
  for (int i = 0; i < 100; ++i) {
    const std::string text = std::to_string(i) + " " + std::string(20'000, 'x');
    ASSERT_EQ(one.snapshot(2, text), port::SendResult::kQueued);
    one.request(2, "between");
    expected.push_back("snapshot 1 " + text.substr(0, 40));
  }
  one.flush();

  ASSERT_TRUE(this->harness_.run_until([&] { return two.events.frames.size() == 200; }));

  EXPECT_EQ(two.events.starting("snapshot "), expected);
  EXPECT_EQ(two.events.count("request 1 between"), 100U);
}

TYPED_TEST_P(TransportSnapshotConformance, QueuesHaveBoundsOfTheirOwn) {
  TransportServer<TypeParam> one(this->harness_, 1, {.snapshot_queue_bytes_max = 1000});
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect_snapshots(one, two);
  std::size_t queued = 0;
  while (one.snapshot(2, "some payload") == port::SendResult::kQueued) {
    ++queued;
  }

  EXPECT_GT(queued, 5U);
  EXPECT_GT(one.link(2).snapshots.queued_bytes, 0U);
  EXPECT_LE(one.link(2).snapshots.queued_bytes, 1000U);
  EXPECT_EQ(one.transport->queued_bytes(ServerId(2)), 0U);
  EXPECT_EQ(one.request(2, std::string(2000, 'x')), port::SendResult::kQueued);
  EXPECT_EQ(one.request(2, "more"), port::SendResult::kQueued);
}

TYPED_TEST_P(TransportSnapshotConformance, FullQueueTellsWhenThereIsRoom) {
  TransportServer<TypeParam> one(this->harness_, 1, {.snapshot_queue_bytes_max = 1000});
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect_snapshots(one, two);
  std::size_t queued = 0;
  while (one.snapshot(2, "some payload") == port::SendResult::kQueued) {
    ++queued;
  }

  one.flush();

  EXPECT_TRUE(one.wait_for("snapshot_writable 2"));
  EXPECT_TRUE(this->harness_.run_until(
      [&] { return two.events.count("snapshot 1 some payload") == queued; }));
  EXPECT_EQ(one.events.count("snapshot_writable 2"), 1U);
  EXPECT_EQ(one.events.count("writable 2"), 0U);
  EXPECT_EQ(one.snapshot(2, "some payload"), port::SendResult::kQueued);
  EXPECT_EQ(one.link(2).frames_sent, 0U);
}

TYPED_TEST_P(TransportSnapshotConformance, FullQueueOfRequestsLeavesSnapshotsAlone) {
  TransportServer<TypeParam> one(this->harness_, 1, {.queue_bytes_max = 1000});
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect_snapshots(one, two);
  while (one.request(2, "some payload") == port::SendResult::kQueued) {
  }

  EXPECT_EQ(one.snapshot(2, std::string(2000, 'x')), port::SendResult::kQueued);
  EXPECT_EQ(one.snapshot(2, "more"), port::SendResult::kQueued);
  one.flush();
  ASSERT_TRUE(one.wait_for("writable 2"));

  EXPECT_EQ(one.events.count("snapshot_writable 2"), 0U);
}

TYPED_TEST_P(TransportSnapshotConformance, FullQueueOfRepliesRefuses) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2, {.snapshot_queue_bytes_max = 1000});
  this->connect_snapshots(one, two);
  std::size_t queued = 0;
  while (queued < 1000 && two.snapshot_reply(1, "some payload") == port::SendResult::kQueued) {
    ++queued;
  }

  EXPECT_LT(queued, 1000U / 12);
  two.flush();
  EXPECT_TRUE(this->harness_.run_until(
      [&] { return one.events.count("snapshot_reply 2 some payload") == queued; }));
}

TYPED_TEST_P(TransportSnapshotConformance, UnacceptablePartEndsOnlyItsConnection) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect_snapshots(one, two);
  two.events.refused = port::Channel::kSnapshot;

  one.snapshot(2, "nonsense");
  one.snapshot(2, "more");
  one.flush();
  ASSERT_TRUE(one.wait_for("snapshot_disconnected 2"));
  one.request(2, "still here");
  one.flush();

  EXPECT_TRUE(two.wait_for("request 1 still here"));
  EXPECT_EQ(two.events.starting("snapshot "), std::vector<std::string>{"snapshot 1 nonsense"});
  EXPECT_EQ(one.events.count_starting("disconnected"), 0U);
}

TYPED_TEST_P(TransportSnapshotConformance, UnacceptableReplyEndsOnlyItsConnection) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect_snapshots(one, two);
  one.events.refused = port::Channel::kSnapshotReply;

  two.snapshot_reply(1, "nonsense");
  two.flush();

  EXPECT_TRUE(one.wait_for("snapshot_disconnected 2"));
  EXPECT_EQ(one.events.count("snapshot_disconnected 2"), 1U);
  EXPECT_EQ(one.events.count_starting("disconnected"), 0U);
}

TYPED_TEST_P(TransportSnapshotConformance, EndOfTheRequestsLeavesSnapshotsAlone) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect_snapshots(one, two);
  two.events.refused = port::Channel::kRequest;

  one.request(2, "nonsense");
  one.flush();
  ASSERT_TRUE(one.wait_for("disconnected 2"));
  EXPECT_EQ(one.snapshot(2, "still here"), port::SendResult::kQueued);
  one.flush();

  EXPECT_TRUE(two.wait_for("snapshot 1 still here"));
  EXPECT_TRUE(this->harness_.run_until([&] { return one.events.count("connected 2") == 2; }));
  two.snapshot_reply(1, "held");
  two.flush();
  EXPECT_TRUE(one.wait_for("snapshot_reply 2 held"));
  EXPECT_EQ(one.events.count_starting("snapshot_disconnected"), 0U);
}

TYPED_TEST_P(TransportSnapshotConformance, PartAboveTheCapEndsOnlyItsConnection) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2, {.frame_bytes_max = 10'000});
  this->connect_snapshots(one, two);

  one.snapshot(2, std::string(10'001, 'x'));
  one.flush();

  EXPECT_TRUE(one.wait_for("snapshot_disconnected 2"));
  EXPECT_TRUE(two.wait_for("trouble 1 frame over the cap"));
  EXPECT_TRUE(two.events.frames.empty());
  EXPECT_EQ(one.events.count_starting("disconnected"), 0U);
}

TYPED_TEST_P(TransportSnapshotConformance, StatusTellsTheTwoApart) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect_snapshots(one, two);
  this->connect(two, one);
  const Frame part = text_frame("part");
  const Frame question = text_frame("question");
  one.send(2, port::Channel::kSnapshot, part);
  one.send(2, port::Channel::kSnapshot, part);
  one.send(2, port::Channel::kRequest, question);
  one.flush();

  const port::PeerLinkStatus dialler = one.link(2);
  const port::PeerLinkStatus acceptor = two.link(1);

  EXPECT_EQ(dialler.frames_sent, 1U);
  EXPECT_EQ(dialler.bytes_sent, question.bytes());
  EXPECT_TRUE(dialler.snapshots.wanted);
  EXPECT_TRUE(dialler.snapshots.connected);
  EXPECT_FALSE(dialler.snapshots.accepted);
  EXPECT_EQ(dialler.snapshots.frames_sent, 2U);
  EXPECT_EQ(dialler.snapshots.bytes_sent, 2 * part.bytes());
  EXPECT_EQ(dialler.snapshots.reconnects, 0U);
  EXPECT_STREQ(dialler.snapshots.trouble, "");
  EXPECT_FALSE(acceptor.snapshots.wanted);
  EXPECT_FALSE(acceptor.snapshots.connected);
  EXPECT_TRUE(acceptor.snapshots.accepted);
}

REGISTER_TYPED_TEST_SUITE_P(TransportSnapshotConformance, IsNotDialledBeforeItIsWanted,
                            HandshakeSaysThePurpose, BothConnectionsLiveSideBySide,
                            EachSideMayDialTheOtherForBoth, PartsArriveInOrder,
                            QueuesHaveBoundsOfTheirOwn, FullQueueTellsWhenThereIsRoom,
                            FullQueueOfRequestsLeavesSnapshotsAlone, FullQueueOfRepliesRefuses,
                            UnacceptablePartEndsOnlyItsConnection,
                            UnacceptableReplyEndsOnlyItsConnection,
                            EndOfTheRequestsLeavesSnapshotsAlone,
                            PartAboveTheCapEndsOnlyItsConnection, StatusTellsTheTwoApart);

}  // namespace buoyant::conformance
