// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What every transport must do. A suite of typed tests; each adapter instantiates it with a
/// harness:
///
///   struct Harness {
///     std::unique_ptr<port::Transport> open(ServerId id, const TransportLimits& limits);
///     std::unique_ptr<port::Transport> reopen(ServerId, const TransportLimits&, address);
///     std::string address_of(port::Transport&);         // after open, before start
///     bool run_until(std::function<bool()> condition);  // false: it did not come about
///     void run_some();                                  // a few iterations
///   };
///
/// The harness checks in its destructor that nothing is left in the loop.
#pragma once

#include "buoyant/port/transport.h"
#include "tests/support/transport_recorder.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::tests {

struct TransportLimits {
  std::size_t frame_bytes_max = std::size_t{4} << 20U;
  std::size_t queue_bytes_max = std::size_t{8} << 20U;
};

/// One server's end: a transport, and what it heard.
template <class Harness>
class TransportServer {
 public:
  TransportServer(Harness& harness, std::uint64_t id, TransportLimits limits = {},
                  const std::string& old_address = "")
      : harness_(harness), events(ServerId(id)) {
    transport = old_address.empty() ? harness.open(ServerId(id), limits)
                                    : harness.reopen(ServerId(id), limits, old_address);
    address = harness.address_of(*transport);
    events.transport = transport.get();
    call([&] { transport->start(events); });
  }

  ~TransportServer() {
    if (transport) {
      close();
    }
    EXPECT_EQ(events.events_inside_calls, 0U);
  }

  /// Runs a call of the user, inside which no event may come.
  void call(const std::function<void()>& function) {
    events.inside_call = true;
    function();
    events.inside_call = false;
  }

  void set_peers(const std::vector<std::pair<std::uint64_t, std::string>>& peers) {
    std::vector<port::PeerAddress> list;
    for (const auto& [id, peer_address] : peers) {
      list.push_back({ServerId(id), peer_address});
    }
    call([&] { transport->set_peers(list); });
  }

  port::SendResult send(std::uint64_t peer, port::Channel channel, const Frame& frame) {
    port::SendResult result{};
    call([&] { result = transport->send(ServerId(peer), channel, frame); });
    return result;
  }

  port::SendResult request(std::uint64_t peer, std::string_view text) {
    return send(peer, port::Channel::kRequest, text_frame(text));
  }

  port::SendResult reply(std::uint64_t peer, std::string_view text) {
    return send(peer, port::Channel::kReply, text_frame(text));
  }

  void flush() {
    call([&] { transport->flush(); });
  }

  bool wait_for(const std::string& event) {
    return harness_.run_until([&] { return events.has(event); });
  }

  /// Closes, and checks that no event comes after that.
  void close() {
    bool closed = false;
    call([&] { transport->close([&] { closed = true; }); });
    EXPECT_FALSE(closed);
    const std::size_t before = events.log.size();
    EXPECT_TRUE(harness_.run_until([&] { return closed; }));
    EXPECT_EQ(events.log.size(), before);
    transport.reset();
  }

  [[nodiscard]] port::PeerLinkStatus link(std::uint64_t peer) const {
    for (const port::PeerLinkStatus& status : transport->status()) {
      if (status.id == ServerId(peer)) {
        return status;
      }
    }
    return {};
  }

 private:
  Harness& harness_;

 public:
  TransportRecorder events;
  std::unique_ptr<port::Transport> transport;
  std::string address;
};

template <class Harness>
class TransportConformance : public testing::Test {
 protected:
  using Server = TransportServer<Harness>;

  /// Makes `from` dial `to` and waits until it is connected.
  void connect(Server& from, Server& to) {
    const std::string id = to_text(to.events.identity.server);
    from.set_peers({{to.events.identity.server.value(), to.address}});
    ASSERT_TRUE(from.wait_for("connected " + id));
  }

  Harness harness_;
};

TYPED_TEST_SUITE_P(TransportConformance);

TYPED_TEST_P(TransportConformance, BothSidesLearnWhoTheOtherIs) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  one.events.identity.start_counter = 41;
  two.events.identity.start_counter = 42;

  this->connect(one, two);

  ASSERT_EQ(two.events.hellos.size(), 1U);
  EXPECT_EQ(two.events.hellos[0].identity, one.events.identity);
  EXPECT_EQ(two.events.hellos[0].expected, ServerId(2));
  EXPECT_EQ(two.events.hellos[0].configuration_index, Index(100));
  ASSERT_EQ(one.events.replies.size(), 1U);
  EXPECT_EQ(one.events.replies[0].identity, two.events.identity);
  EXPECT_EQ(one.events.replies[0].refusal, Refusal::kNone);
  EXPECT_EQ(one.events.replies[0].version, kWireVersionMax);
  EXPECT_EQ(one.events.replies[0].configuration_index, Index(200));
}

TYPED_TEST_P(TransportConformance, DiallerHearsOfTheHandshakeInOrder) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);

  this->connect(one, two);

  EXPECT_EQ(one.events.log, (std::vector<std::string>{"hello_reply 2 from 2", "connected 2"}));
  EXPECT_EQ(two.events.log, std::vector<std::string>{"hello 1"});
}

TYPED_TEST_P(TransportConformance, NothingIsConnectedBeforeTheAdmission) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  two.events.admits_at_once = false;
  one.set_peers({{2, two.address}});
  ASSERT_TRUE(two.wait_for("hello 1"));
  this->harness_.run_some();

  EXPECT_TRUE(one.events.log.empty());
  EXPECT_EQ(one.request(2, "early"), port::SendResult::kNotConnected);
  EXPECT_EQ(two.reply(1, "early"), port::SendResult::kNotConnected);
  two.call([&] { two.transport->admit(two.events.connections[0], Refusal::kNone); });

  EXPECT_TRUE(one.wait_for("connected 2"));
}

TYPED_TEST_P(TransportConformance, AcceptorRefuses) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  two.events.answer = Refusal::kCluster;

  one.set_peers({{2, two.address}});

  EXPECT_TRUE(one.wait_for("trouble 2 it belongs to another cluster"));
  EXPECT_EQ(one.events.count_starting("connected"), 0U);
  EXPECT_EQ(one.events.count_starting("hello_reply"), 0U);
  EXPECT_EQ(one.events.count_starting("disconnected"), 0U);
  EXPECT_STREQ(one.link(2).trouble, "it belongs to another cluster");
  EXPECT_EQ(two.reply(1, "no"), port::SendResult::kNotConnected);
}

TYPED_TEST_P(TransportConformance, RefusalIsReportedOnceThoughItIsTriedAgain) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  two.events.answer = Refusal::kRemoved;
  one.set_peers({{2, two.address}});

  ASSERT_TRUE(this->harness_.run_until([&] { return two.events.count("hello 1") >= 4; }));

  EXPECT_EQ(one.events.count_starting("trouble"), 1U);
}

TYPED_TEST_P(TransportConformance, ConnectsOnceTheRefusalIsGone) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  two.events.answer = Refusal::kNotReady;
  one.set_peers({{2, two.address}});
  ASSERT_TRUE(this->harness_.run_until([&] { return one.events.count_starting("trouble") > 0; }));

  two.events.answer = Refusal::kNone;

  EXPECT_TRUE(one.wait_for("connected 2"));
  EXPECT_STREQ(one.link(2).trouble, "");
}

TYPED_TEST_P(TransportConformance, DiallerRefuses) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  one.events.answer_to_reply = Refusal::kIncarnation;

  one.set_peers({{2, two.address}});
  ASSERT_TRUE(this->harness_.run_until([&] { return one.events.replies.size() >= 2; }));

  EXPECT_EQ(one.events.count_starting("connected"), 0U);
  EXPECT_EQ(one.events.count_starting("disconnected"), 0U);
  EXPECT_STREQ(one.link(2).trouble, refusal_message(Refusal::kIncarnation));
}

TYPED_TEST_P(TransportConformance, AdmissionOfAnUnknownConnectionIsIgnored) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);

  two.call([&] {
    two.transport->admit(port::ConnectionId(99), Refusal::kNone);
    two.transport->admit(two.events.connections[0], Refusal::kCluster);
  });
  one.request(2, "still here");
  one.flush();

  EXPECT_TRUE(two.wait_for("request 1 still here"));
}

TYPED_TEST_P(TransportConformance, AdmissionAfterTheDiallerLeftIsIgnored) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  two.events.admits_at_once = false;
  one.set_peers({{2, two.address}});
  ASSERT_TRUE(two.wait_for("hello 1"));
  one.close();
  this->harness_.run_some();

  two.call([&] { two.transport->admit(two.events.connections[0], Refusal::kNone); });
  this->harness_.run_some();

  EXPECT_EQ(two.events.log, std::vector<std::string>{"hello 1"});
}

TYPED_TEST_P(TransportConformance, RequestsArriveInOrder) {
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

TYPED_TEST_P(TransportConformance, RepliesArriveInOrder) {
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

TYPED_TEST_P(TransportConformance, FramesLeaveAtTheFlush) {
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

TYPED_TEST_P(TransportConformance, EachSideMayDialTheOther) {
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

TYPED_TEST_P(TransportConformance, ReplyGoesToTheNewestConnectionOfThePeer) {
  TransportServer<TypeParam> old(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  // The old one dials again when it is replaced, and would then be the newest.
  two.events.on_each = [&](const std::string&) {
    two.events.answer = two.events.hellos.size() > 2 ? Refusal::kNotReady : Refusal::kNone;
  };
  this->connect(old, two);
  TransportServer<TypeParam> renewed(this->harness_, 1);
  this->connect(renewed, two);

  EXPECT_EQ(two.reply(1, "to the newest"), port::SendResult::kQueued);
  two.flush();

  EXPECT_TRUE(renewed.wait_for("reply 2 to the newest"));
  EXPECT_EQ(old.events.count_starting("reply"), 0U);
}

TYPED_TEST_P(TransportConformance, NewerConnectionOfAPeerEndsTheOlder) {
  TransportServer<TypeParam> old(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(old, two);
  TransportServer<TypeParam> renewed(this->harness_, 1);

  this->connect(renewed, two);

  EXPECT_TRUE(old.wait_for("disconnected 2"));
}

TYPED_TEST_P(TransportConformance, SendToAnUnknownPeerIsNotConnected) {
  TransportServer<TypeParam> one(this->harness_, 1);

  EXPECT_EQ(one.request(2, "x"), port::SendResult::kNotConnected);
  EXPECT_EQ(one.reply(2, "x"), port::SendResult::kNotConnected);
  EXPECT_EQ(one.transport->queued_bytes(ServerId(2)), 0U);
}

TYPED_TEST_P(TransportConformance, SendBeforeTheConnectionIsNotConnected) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  one.set_peers({{2, two.address}});

  EXPECT_EQ(one.request(2, "x"), port::SendResult::kNotConnected);
  EXPECT_FALSE(one.link(2).connected);
  EXPECT_STRNE(one.link(2).trouble, "");
}

TYPED_TEST_P(TransportConformance, AcceptedConnectionCarriesNoRequestsOfOurs) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);

  EXPECT_EQ(two.request(1, "x"), port::SendResult::kNotConnected);
}

TYPED_TEST_P(TransportConformance, FullQueueRefusesAndThenTellsThatThereIsRoom) {
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

TYPED_TEST_P(TransportConformance, QueueThatWasNeverFullTellsNothing) {
  TransportServer<TypeParam> one(this->harness_, 1, {.queue_bytes_max = 1000});
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);

  one.request(2, "last");
  one.flush();
  ASSERT_TRUE(two.wait_for("request 1 last"));
  this->harness_.run_some();

  EXPECT_EQ(one.events.count("writable 2"), 0U);
}

TYPED_TEST_P(TransportConformance, EmptyQueueTakesAFrameAboveItsBound) {
  TransportServer<TypeParam> one(this->harness_, 1, {.queue_bytes_max = 100});
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);

  EXPECT_EQ(one.request(2, std::string(500, 'x')), port::SendResult::kQueued);
  one.flush();

  EXPECT_TRUE(this->harness_.run_until([&] { return two.events.frames.size() == 1; }));
}

TYPED_TEST_P(TransportConformance, QueuedBytesFallToZero) {
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

TYPED_TEST_P(TransportConformance, PeerThatClosesIsReportedOnce) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);

  two.close();

  EXPECT_TRUE(one.wait_for("disconnected 2"));
  EXPECT_EQ(one.request(2, "x"), port::SendResult::kNotConnected);
  EXPECT_FALSE(one.link(2).connected);
  EXPECT_STRNE(one.link(2).trouble, "");
  this->harness_.run_some();
  EXPECT_EQ(one.events.count("disconnected 2"), 1U);
}

TYPED_TEST_P(TransportConformance, DiallerThatClosesEndsTheReplyChannel) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  ASSERT_EQ(two.reply(1, "x"), port::SendResult::kQueued);

  one.close();

  EXPECT_TRUE(this->harness_.run_until(
      [&] { return two.reply(1, "x") == port::SendResult::kNotConnected; }));
}

TYPED_TEST_P(TransportConformance, ConnectsAgainWhenThePeerComesBack) {
  TransportServer<TypeParam> one(this->harness_, 1);
  std::string address;
  {
    TransportServer<TypeParam> two(this->harness_, 2);
    address = two.address;
    this->connect(one, two);
  }
  ASSERT_TRUE(one.wait_for("disconnected 2"));
  TransportServer<TypeParam> again(this->harness_, 2, {}, address);

  ASSERT_TRUE(this->harness_.run_until([&] { return one.events.count("connected 2") == 2; }));
  one.request(2, "hello again");
  one.flush();

  EXPECT_TRUE(again.wait_for("request 1 hello again"));
  EXPECT_EQ(one.link(2).reconnects, 1U);
}

TYPED_TEST_P(TransportConformance, ConnectsWhenThePeerComesUpLater) {
  TransportServer<TypeParam> one(this->harness_, 1);
  std::string address;
  {
    TransportServer<TypeParam> two(this->harness_, 2);
    address = two.address;
  }
  one.set_peers({{2, address}});
  this->harness_.run_some();
  TransportServer<TypeParam> two(this->harness_, 2, {}, address);

  EXPECT_TRUE(one.wait_for("connected 2"));
}

TYPED_TEST_P(TransportConformance, WhatWasQueuedDoesNotOutliveTheConnection) {
  TransportServer<TypeParam> one(this->harness_, 1);
  std::string address;
  {
    TransportServer<TypeParam> two(this->harness_, 2);
    address = two.address;
    this->connect(one, two);
    one.request(2, "lost");
  }
  ASSERT_TRUE(one.wait_for("disconnected 2"));
  one.flush();
  TransportServer<TypeParam> again(this->harness_, 2, {}, address);
  ASSERT_TRUE(this->harness_.run_until([&] { return one.events.count("connected 2") == 2; }));
  one.request(2, "sent later");
  one.flush();
  ASSERT_TRUE(again.wait_for("request 1 sent later"));

  EXPECT_EQ(again.events.starting("request").size(), 1U);
}

TYPED_TEST_P(TransportConformance, RemovedPeerIsDisconnectedOnce) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);

  one.set_peers({});

  EXPECT_EQ(one.request(2, "x"), port::SendResult::kNotConnected);
  EXPECT_TRUE(one.transport->status().empty());
  EXPECT_TRUE(one.wait_for("disconnected 2"));
  EXPECT_TRUE(this->harness_.run_until(
      [&] { return two.reply(1, "x") == port::SendResult::kNotConnected; }));
  EXPECT_EQ(one.events.count("disconnected 2"), 1U);
}

TYPED_TEST_P(TransportConformance, RemovedPeerThatWasNotConnectedGivesNoEvent) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  one.set_peers({{2, two.address}});

  one.set_peers({});
  this->harness_.run_some();

  EXPECT_TRUE(one.events.log.empty());
}

TYPED_TEST_P(TransportConformance, PeerThatIsRemovedAndAddedConnectsAnew) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  one.set_peers({});
  one.set_peers({{2, two.address}});

  ASSERT_TRUE(this->harness_.run_until([&] { return one.events.count("connected 2") == 2; }));

  EXPECT_EQ(one.events.log,
            (std::vector<std::string>{"hello_reply 2 from 2", "connected 2", "disconnected 2",
                                      "hello_reply 2 from 2", "connected 2"}));
}

TYPED_TEST_P(TransportConformance, AddedPeerLeavesTheOthersAlone) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  TransportServer<TypeParam> three(this->harness_, 3);
  this->connect(one, two);

  one.set_peers({{2, two.address}, {3, three.address}});

  EXPECT_TRUE(one.wait_for("connected 3"));
  EXPECT_EQ(one.events.count_starting("disconnected"), 0U);
  EXPECT_EQ(one.transport->status().size(), 2U);
}

TYPED_TEST_P(TransportConformance, ChangedAddressIsUsedFromTheNextDialOn) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> moved(this->harness_, 2);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);

  one.set_peers({{2, moved.address}});
  this->harness_.run_some();
  EXPECT_EQ(one.events.count_starting("disconnected"), 0U);
  EXPECT_TRUE(moved.events.log.empty());
  two.close();

  EXPECT_TRUE(moved.wait_for("hello 1"));
  EXPECT_TRUE(this->harness_.run_until([&] { return one.events.count("connected 2") == 2; }));
}

TYPED_TEST_P(TransportConformance, BigFrameArrivesWhole) {
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

TYPED_TEST_P(TransportConformance, FrameAboveTheCapEndsTheConnection) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2, {.frame_bytes_max = 10'000});
  this->connect(one, two);

  one.request(2, std::string(10'001, 'x'));
  one.flush();

  EXPECT_TRUE(one.wait_for("disconnected 2"));
  EXPECT_TRUE(two.wait_for("trouble 1 frame over the cap"));
  EXPECT_TRUE(two.events.frames.empty());
}

TYPED_TEST_P(TransportConformance, UnacceptableRequestEndsTheConnection) {
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

TYPED_TEST_P(TransportConformance, UnacceptableReplyEndsTheConnection) {
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

TYPED_TEST_P(TransportConformance, ManyFramesArriveInBothDirections) {
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

TYPED_TEST_P(TransportConformance, OneFrameIsSharedByAllFollowers) {
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

TYPED_TEST_P(TransportConformance, StatusCountsWhatWasSent) {
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

TYPED_TEST_P(TransportConformance, CloseRightAfterStartLeavesNothing) {
  TransportServer<TypeParam> one(this->harness_, 1);

  one.close();

  EXPECT_TRUE(one.events.log.empty());
}

TYPED_TEST_P(TransportConformance, CloseWithFramesQueuedLeavesNothing) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  one.request(2, "unflushed");
  two.reply(1, "flushed");
  two.flush();

  one.close();

  EXPECT_EQ(one.events.count_starting("disconnected"), 0U);
}

TYPED_TEST_P(TransportConformance, MayCloseInsideAnEvent) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  bool closed = false;
  this->connect(one, two);
  two.events.on_each = [&](const std::string& event) {
    if (event == "request 1 last") {
      two.transport->close([&] { closed = true; });
    }
  };

  one.request(2, "last");
  one.request(2, "too late");
  one.flush();
  ASSERT_TRUE(this->harness_.run_until([&] { return closed; }));
  two.transport.reset();

  EXPECT_EQ(two.events.starting("request"), std::vector<std::string>{"request 1 last"});
}

TYPED_TEST_P(TransportConformance, MayRemoveThePeerInsideItsEvent) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  one.events.on_each = [&](const std::string& event) {
    if (event == "reply 2 last") {
      one.transport->set_peers({});
    }
  };

  two.reply(1, "last");
  two.reply(1, "too late");
  two.flush();
  ASSERT_TRUE(one.wait_for("disconnected 2"));

  EXPECT_EQ(one.events.starting("reply"), std::vector<std::string>{"reply 2 last"});
}

TYPED_TEST_P(TransportConformance, DestroyedWithoutCloseItGoesInTheBackground) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  one.request(2, "unflushed");

  two.transport.reset();

  EXPECT_TRUE(one.wait_for("disconnected 2"));
}

TYPED_TEST_P(TransportConformance, DestroyedBeforeStartItLeavesNothing) {
  auto transport = this->harness_.open(ServerId(1), {});

  transport.reset();
  this->harness_.run_some();
}

/// Closes the dialling server right after the k-th event of a run, for every k.
TYPED_TEST_P(TransportConformance, MayCloseAtEveryEvent) {
  for (std::size_t k = 1; k < 40; ++k) {
    TransportServer<TypeParam> one(this->harness_, 1);
    TransportServer<TypeParam> two(this->harness_, 2);
    std::size_t events = 0;
    bool closing = false;
    bool closed = false;
    const auto on_each = [&](const std::string&) {
      if (++events == k) {
        closing = true;
        one.transport->close([&] { closed = true; });
      }
    };
    one.events.on_each = on_each;
    two.events.on_each = on_each;
    one.set_peers({{2, two.address}});
    two.set_peers({{1, one.address}});
    for (int step = 0; step < 30 && !closing; ++step) {
      this->harness_.run_some();
      if (!closing) {
        one.request(2, "request");
        one.reply(2, "reply");
        one.flush();
      }
      two.request(1, "request");
      two.reply(1, "reply");
      two.flush();
    }
    two.events.on_each = nullptr;
    if (!closing) {
      continue;
    }
    ASSERT_TRUE(this->harness_.run_until([&] { return closed; })) << "event " << k;
    one.transport.reset();
  }
}

REGISTER_TYPED_TEST_SUITE_P(
    TransportConformance, BothSidesLearnWhoTheOtherIs, DiallerHearsOfTheHandshakeInOrder,
    NothingIsConnectedBeforeTheAdmission, AcceptorRefuses,
    RefusalIsReportedOnceThoughItIsTriedAgain, ConnectsOnceTheRefusalIsGone, DiallerRefuses,
    AdmissionOfAnUnknownConnectionIsIgnored, AdmissionAfterTheDiallerLeftIsIgnored,
    RequestsArriveInOrder, RepliesArriveInOrder, FramesLeaveAtTheFlush, EachSideMayDialTheOther,
    ReplyGoesToTheNewestConnectionOfThePeer, NewerConnectionOfAPeerEndsTheOlder,
    SendToAnUnknownPeerIsNotConnected, SendBeforeTheConnectionIsNotConnected,
    AcceptedConnectionCarriesNoRequestsOfOurs, FullQueueRefusesAndThenTellsThatThereIsRoom,
    QueueThatWasNeverFullTellsNothing, EmptyQueueTakesAFrameAboveItsBound, QueuedBytesFallToZero,
    PeerThatClosesIsReportedOnce, DiallerThatClosesEndsTheReplyChannel,
    ConnectsAgainWhenThePeerComesBack, ConnectsWhenThePeerComesUpLater,
    WhatWasQueuedDoesNotOutliveTheConnection, RemovedPeerIsDisconnectedOnce,
    RemovedPeerThatWasNotConnectedGivesNoEvent, PeerThatIsRemovedAndAddedConnectsAnew,
    AddedPeerLeavesTheOthersAlone, ChangedAddressIsUsedFromTheNextDialOn, BigFrameArrivesWhole,
    FrameAboveTheCapEndsTheConnection, UnacceptableRequestEndsTheConnection,
    UnacceptableReplyEndsTheConnection, ManyFramesArriveInBothDirections,
    OneFrameIsSharedByAllFollowers, StatusCountsWhatWasSent, CloseRightAfterStartLeavesNothing,
    CloseWithFramesQueuedLeavesNothing, MayCloseInsideAnEvent, MayRemoveThePeerInsideItsEvent,
    DestroyedWithoutCloseItGoesInTheBackground, DestroyedBeforeStartItLeavesNothing,
    MayCloseAtEveryEvent);

}  // namespace buoyant::tests
