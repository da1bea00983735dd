// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Frames, queues and limits: part of the suite in transport_conformance.h.
#pragma once

#include "buoyant/conformance/transport_server.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace buoyant::conformance {

template <class Harness>
class TransportTrafficConformance : public TransportFixture<Harness> {};

TYPED_TEST_SUITE_P(TransportTrafficConformance);

TYPED_TEST_P(TransportTrafficConformance, RequestsArriveInOrder) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  std::vector<std::string> expected;
  for (int i = 0; i < 100; ++i) {
    one.request(2, std::to_string(i));
    expected.push_back("request 1 " + std::to_string(i));
  }
  one.flush();

  ASSERT_TRUE(two.wait_for("request 1 99"));

  EXPECT_EQ(two.events.starting("request"), expected);
}

TYPED_TEST_P(TransportTrafficConformance, RepliesArriveInOrder) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  one.request(2, "question");
  one.flush();
  ASSERT_TRUE(two.wait_for("request 1 question"));

  EXPECT_EQ(two.reply(1, "first"), port::SendResult::kQueued);
  EXPECT_EQ(two.reply(1, "second"), port::SendResult::kQueued);
  two.flush();
  ASSERT_TRUE(one.wait_for("reply 2 second"));

  EXPECT_EQ(one.events.starting("reply"),
            (std::vector<std::string>{"reply 2 first", "reply 2 second"}));
}

TYPED_TEST_P(TransportTrafficConformance, FramesLeaveAtTheFlush) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  one.request(2, "waiting");
  this->harness_.run_some();
  EXPECT_TRUE(two.events.frames.empty());
  EXPECT_GT(one.transport->queued_bytes(ServerId(2)), 0U);

  one.flush();

  EXPECT_TRUE(two.wait_for("request 1 waiting"));
}

TYPED_TEST_P(TransportTrafficConformance, EachSideMayDialTheOther) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  one.set_peers({{2, two.address}});
  two.set_peers({{1, one.address}});
  ASSERT_TRUE(one.wait_for("connected 2"));
  ASSERT_TRUE(two.wait_for("connected 1"));

  one.request(2, "from one");
  two.request(1, "from two");
  one.reply(2, "one's reply");
  two.reply(1, "two's reply");
  one.flush();
  two.flush();

  EXPECT_TRUE(two.wait_for("request 1 from one"));
  EXPECT_TRUE(one.wait_for("request 2 from two"));
  EXPECT_TRUE(two.wait_for("reply 1 one's reply"));
  EXPECT_TRUE(one.wait_for("reply 2 two's reply"));
}

TYPED_TEST_P(TransportTrafficConformance, SendToAnUnknownPeerIsNotConnected) {
  TransportServer<TypeParam> one(this->harness_, 1);

  EXPECT_EQ(one.request(2, "x"), port::SendResult::kNotConnected);
  EXPECT_EQ(one.reply(2, "x"), port::SendResult::kNotConnected);
  EXPECT_EQ(one.transport->queued_bytes(ServerId(2)), 0U);
}

TYPED_TEST_P(TransportTrafficConformance, SendBeforeTheConnectionIsNotConnected) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  one.set_peers({{2, two.address}});

  EXPECT_EQ(one.request(2, "x"), port::SendResult::kNotConnected);
  EXPECT_FALSE(one.link(2).connected);
  EXPECT_STRNE(one.link(2).trouble, "");
}

TYPED_TEST_P(TransportTrafficConformance, AcceptedConnectionCarriesNoRequestsOfOurs) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);

  EXPECT_EQ(two.request(1, "x"), port::SendResult::kNotConnected);
}

TYPED_TEST_P(TransportTrafficConformance, FullQueueRefusesAndThenTellsThatThereIsRoom) {
  TransportServer<TypeParam> one(this->harness_, 1, {.queue_bytes_max = 1000});
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  std::size_t queued = 0;
  while (one.request(2, "some payload") == port::SendResult::kQueued) {
    ++queued;
  }
  EXPECT_GT(queued, 5U);
  EXPECT_LE(one.transport->queued_bytes(ServerId(2)), 1000U);
  EXPECT_EQ(one.request(2, "some payload"), port::SendResult::kQueueFull);

  one.flush();

  EXPECT_TRUE(one.wait_for("writable 2"));
  EXPECT_TRUE(this->harness_.run_until(
      [&] { return two.events.count("request 1 some payload") == queued; }));
  EXPECT_EQ(one.events.count("writable 2"), 1U);
  EXPECT_EQ(one.request(2, "some payload"), port::SendResult::kQueued);
}

TYPED_TEST_P(TransportTrafficConformance, RoomIsToldOnceThoughFramesGoOn) {
  TransportServer<TypeParam> one(this->harness_, 1, {.queue_bytes_max = 1000});
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  while (one.request(2, "some payload") == port::SendResult::kQueued) {
  }
  one.flush();
  ASSERT_TRUE(one.wait_for("writable 2"));

  one.request(2, "more");
  one.flush();
  ASSERT_TRUE(two.wait_for("request 1 more"));
  this->harness_.run_some();

  EXPECT_EQ(one.events.count("writable 2"), 1U);
}

TYPED_TEST_P(TransportTrafficConformance, QueueThatWasNeverFullTellsNothing) {
  TransportServer<TypeParam> one(this->harness_, 1, {.queue_bytes_max = 1000});
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);

  one.request(2, "last");
  one.flush();
  ASSERT_TRUE(two.wait_for("request 1 last"));
  this->harness_.run_some();

  EXPECT_EQ(one.events.count("writable 2"), 0U);
}

TYPED_TEST_P(TransportTrafficConformance, EmptyQueueTakesAFrameAboveItsBound) {
  TransportServer<TypeParam> one(this->harness_, 1, {.queue_bytes_max = 100});
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);

  EXPECT_EQ(one.request(2, std::string(500, 'x')), port::SendResult::kQueued);
  one.flush();

  EXPECT_TRUE(this->harness_.run_until([&] { return two.events.frames.size() == 1; }));
}

TYPED_TEST_P(TransportTrafficConformance, QueuedBytesFallToZero) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  const Frame frame = text_frame("payload");
  one.send(2, port::Channel::kRequest, frame);
  one.send(2, port::Channel::kRequest, frame);
  EXPECT_EQ(one.transport->queued_bytes(ServerId(2)), 2 * frame.bytes());

  one.flush();
  ASSERT_TRUE(this->harness_.run_until([&] { return two.events.frames.size() == 2; }));

  EXPECT_EQ(one.transport->queued_bytes(ServerId(2)), 0U);
}

TYPED_TEST_P(TransportTrafficConformance, BigFrameArrivesWhole) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  std::string big(std::size_t{1} << 20U, '\0');
  for (std::size_t i = 0; i < big.size(); ++i) {
    big[i] = static_cast<char>(i * 31 >> 3U);
  }
  const Bytes payload = Bytes::copy_of(big);

  one.send(2, port::Channel::kRequest,
           make_frame(FrameType::kForward, GroupId(5), view_of("big"), {&payload, 1}));
  one.flush();
  ASSERT_TRUE(two.wait_for("request 1 big"));

  EXPECT_EQ(two.events.frames[0].payload, payload);
  EXPECT_EQ(two.events.frames[0].header.group, GroupId(5));
  EXPECT_EQ(two.events.frames[0].header.type, FrameType::kForward);
}

TYPED_TEST_P(TransportTrafficConformance, FrameAboveTheCapEndsTheConnection) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2, {.frame_bytes_max = 10'000});
  this->connect(one, two);

  one.request(2, std::string(10'001, 'x'));
  one.flush();

  EXPECT_TRUE(one.wait_for("disconnected 2"));
  EXPECT_TRUE(two.wait_for("trouble 1 frame over the cap"));
  EXPECT_TRUE(two.events.frames.empty());
}

TYPED_TEST_P(TransportTrafficConformance, UnacceptableRequestEndsTheConnection) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  two.events.accepts_frames = false;

  one.request(2, "nonsense");
  one.request(2, "more");
  one.flush();

  EXPECT_TRUE(one.wait_for("disconnected 2"));
  EXPECT_EQ(two.events.starting("request"), std::vector<std::string>{"request 1 nonsense"});
}

TYPED_TEST_P(TransportTrafficConformance, UnacceptableReplyEndsTheConnection) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  one.events.accepts_frames = false;

  two.reply(1, "nonsense");
  two.flush();

  EXPECT_TRUE(one.wait_for("disconnected 2"));
  EXPECT_EQ(one.events.count("disconnected 2"), 1U);
  EXPECT_TRUE(this->harness_.run_until([&] { return one.events.count("connected 2") == 2; }));
}

TYPED_TEST_P(TransportTrafficConformance, ManyFramesArriveInBothDirections) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  constexpr std::size_t kFrames = 5000;
  for (std::size_t i = 0; i < kFrames; ++i) {
    const std::string text = std::to_string(i) + std::string(i % 300, 'x');
    ASSERT_EQ(one.request(2, text), port::SendResult::kQueued);
    ASSERT_EQ(two.reply(1, text), port::SendResult::kQueued);
  }
  one.flush();
  two.flush();

  EXPECT_TRUE(this->harness_.run_until(
      [&] { return two.events.frames.size() == kFrames && one.events.frames.size() == kFrames; }));
  for (std::size_t i = 0; i < kFrames; ++i) {
    const std::string text = std::to_string(i) + std::string(i % 300, 'x');
    ASSERT_EQ(two.events.frames[i].meta.text(), text);
    ASSERT_EQ(one.events.frames[i].meta.text(), text);
  }
}

TYPED_TEST_P(TransportTrafficConformance, OneFrameIsSharedByAllFollowers) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  TransportServer<TypeParam> three(this->harness_, 3);
  one.set_peers({{2, two.address}, {3, three.address}});
  ASSERT_TRUE(one.wait_for("connected 2"));
  ASSERT_TRUE(one.wait_for("connected 3"));
  const Frame frame = text_frame("for all");

  one.send(2, port::Channel::kRequest, frame);
  one.send(3, port::Channel::kRequest, frame);
  one.flush();

  EXPECT_TRUE(two.wait_for("request 1 for all"));
  EXPECT_TRUE(three.wait_for("request 1 for all"));
}

TYPED_TEST_P(TransportTrafficConformance, StatusCountsWhatWasSent) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  two.set_peers({{1, one.address}});
  ASSERT_TRUE(two.wait_for("connected 1"));
  const Frame frame = text_frame("payload");
  one.send(2, port::Channel::kRequest, frame);
  one.send(2, port::Channel::kRequest, frame);
  one.flush();

  const port::PeerLinkStatus link = one.link(2);

  EXPECT_TRUE(link.connected);
  EXPECT_TRUE(link.accepted);
  EXPECT_EQ(link.frames_sent, 2U);
  EXPECT_EQ(link.bytes_sent, 2 * frame.bytes());
  EXPECT_EQ(link.reconnects, 0U);
  EXPECT_STREQ(link.trouble, "");
}

REGISTER_TYPED_TEST_SUITE_P(
    TransportTrafficConformance, RequestsArriveInOrder, RepliesArriveInOrder, FramesLeaveAtTheFlush,
    EachSideMayDialTheOther, SendToAnUnknownPeerIsNotConnected,
    SendBeforeTheConnectionIsNotConnected, AcceptedConnectionCarriesNoRequestsOfOurs,
    FullQueueRefusesAndThenTellsThatThereIsRoom, RoomIsToldOnceThoughFramesGoOn,
    QueueThatWasNeverFullTellsNothing, EmptyQueueTakesAFrameAboveItsBound, QueuedBytesFallToZero,
    BigFrameArrivesWhole, FrameAboveTheCapEndsTheConnection, UnacceptableRequestEndsTheConnection,
    UnacceptableReplyEndsTheConnection, ManyFramesArriveInBothDirections,
    OneFrameIsSharedByAllFollowers, StatusCountsWhatWasSent);

}  // namespace buoyant::conformance
