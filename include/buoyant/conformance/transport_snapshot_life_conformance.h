// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// When the second connection with a peer, for snapshots, begins and ends: part of the suite in
/// transport_conformance.h.
#pragma once

#include "buoyant/conformance/transport_server.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace buoyant::conformance {

template <class Harness>
class TransportSnapshotLifeConformance : public TransportFixture<Harness> {};

TYPED_TEST_SUITE_P(TransportSnapshotLifeConformance);

TYPED_TEST_P(TransportSnapshotLifeConformance, IsDialledAgainWhileItIsWanted) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect_snapshots(one, two);
  two.events.refused = port::Channel::kSnapshot;
  one.snapshot(2, "nonsense");
  one.snapshot(2, "lost with it");
  one.flush();
  ASSERT_TRUE(one.wait_for("snapshot_disconnected 2"));
  two.events.refused.reset();

  ASSERT_TRUE(
      this->harness_.run_until([&] { return one.events.count("snapshot_connected 2") == 2; }));
  one.snapshot(2, "anew");
  one.flush();

  EXPECT_TRUE(two.wait_for("snapshot 1 anew"));
  EXPECT_EQ(two.events.count("snapshot 1 lost with it"), 0U);
  EXPECT_EQ(one.link(2).snapshots.reconnects, 1U);
  EXPECT_EQ(one.link(2).reconnects, 0U);
}

TYPED_TEST_P(TransportSnapshotLifeConformance, EndsWhenItIsNotWantedAnyMore) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect_snapshots(one, two);

  one.link_snapshots(2, false);

  EXPECT_EQ(one.snapshot(2, "x"), port::SendResult::kNotConnected);
  EXPECT_TRUE(one.wait_for("snapshot_disconnected 2"));
  EXPECT_TRUE(this->harness_.run_until(
      [&] { return two.snapshot_reply(1, "x") == port::SendResult::kNotConnected; }));
  this->harness_.run_some();
  EXPECT_EQ(one.events.count("snapshot_disconnected 2"), 1U);
  EXPECT_EQ(one.events.count("snapshot_connected 2"), 1U);
  EXPECT_EQ(one.events.count_starting("disconnected"), 0U);
  EXPECT_EQ(one.request(2, "x"), port::SendResult::kQueued);
}

TYPED_TEST_P(TransportSnapshotLifeConformance, WantedTwiceIsOneConnection) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect_snapshots(one, two);

  one.link_snapshots(2, true);
  this->harness_.run_some();

  EXPECT_EQ(two.events.count("snapshot_hello 1"), 1U);
  EXPECT_EQ(one.events.count_starting("snapshot_disconnected"), 0U);
}

TYPED_TEST_P(TransportSnapshotLifeConformance, NotWantedBeforeItStoodGivesNoEvent) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  one.link_snapshots(2, true);

  one.link_snapshots(2, false);
  one.link_snapshots(2, false);
  this->harness_.run_some();

  EXPECT_EQ(one.events.count_starting("snapshot"), 0U);
  EXPECT_FALSE(one.link(2).snapshots.wanted);
}

TYPED_TEST_P(TransportSnapshotLifeConformance, WantedAgainItIsANewConnection) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect_snapshots(one, two);
  one.snapshot(2, "not flushed");

  one.link_snapshots(2, false);
  one.link_snapshots(2, true);
  ASSERT_TRUE(
      this->harness_.run_until([&] { return one.events.count("snapshot_connected 2") == 2; }));
  one.snapshot(2, "anew");
  one.flush();

  EXPECT_TRUE(two.wait_for("snapshot 1 anew"));
  EXPECT_EQ(two.events.count("snapshot 1 not flushed"), 0U);
  EXPECT_EQ(one.events.starting("snapshot_"),
            (std::vector<std::string>{"snapshot_connected 2", "snapshot_disconnected 2",
                                      "snapshot_connected 2"}));
}

TYPED_TEST_P(TransportSnapshotLifeConformance, PeerOutsideTheListIsIgnored) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);

  one.link_snapshots(2, true);
  this->connect(one, two);
  this->harness_.run_some();

  EXPECT_EQ(two.events.count("snapshot_hello 1"), 0U);
}

TYPED_TEST_P(TransportSnapshotLifeConformance, RemovedPeerLosesItAndTheWish) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  TransportServer<TypeParam> three(this->harness_, 3);
  this->connect_snapshots(one, two);

  one.set_peers({{3, three.address}});
  ASSERT_TRUE(one.wait_for("snapshot_disconnected 2"));
  ASSERT_TRUE(one.wait_for("disconnected 2"));
  one.set_peers({{2, two.address}, {3, three.address}});
  ASSERT_TRUE(this->harness_.run_until([&] { return one.events.count("connected 2") == 2; }));
  this->harness_.run_some();

  EXPECT_EQ(one.events.count("snapshot_disconnected 2"), 1U);
  EXPECT_EQ(one.events.count("snapshot_connected 2"), 1U);
  EXPECT_FALSE(one.link(2).snapshots.wanted);
}

TYPED_TEST_P(TransportSnapshotLifeConformance, UnchangedPeerKeepsIt) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  TransportServer<TypeParam> three(this->harness_, 3);
  this->connect_snapshots(one, two);

  one.set_peers({{2, two.address}, {3, three.address}});
  ASSERT_TRUE(one.wait_for("connected 3"));
  one.snapshot(2, "part");
  one.flush();

  EXPECT_TRUE(two.wait_for("snapshot 1 part"));
  EXPECT_EQ(one.events.count_starting("snapshot_disconnected"), 0U);
}

TYPED_TEST_P(TransportSnapshotLifeConformance, AcceptorRefuses) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  two.events.answer = Refusal::kRemoved;

  one.link_snapshots(2, true);
  ASSERT_TRUE(this->harness_.run_until([&] { return two.events.count("snapshot_hello 1") >= 4; }));

  EXPECT_EQ(one.events.count_starting("snapshot_connected"), 0U);
  EXPECT_EQ(one.events.count_starting("snapshot_disconnected"), 0U);
  EXPECT_EQ(one.events.count_starting("disconnected"), 0U);
  EXPECT_EQ(one.events.count_starting("trouble"), 1U);
  EXPECT_STRNE(one.link(2).snapshots.trouble, "");
  EXPECT_STREQ(one.link(2).trouble, "");
  EXPECT_EQ(one.snapshot(2, "x"), port::SendResult::kNotConnected);
  two.events.answer = Refusal::kNone;
  EXPECT_TRUE(one.wait_for("snapshot_connected 2"));
}

TYPED_TEST_P(TransportSnapshotLifeConformance, DiallerRefuses) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  one.events.answer_to_reply = Refusal::kIncarnation;

  one.link_snapshots(2, true);
  ASSERT_TRUE(this->harness_.run_until([&] { return one.events.replies.size() >= 3; }));

  EXPECT_EQ(one.events.count_starting("snapshot"), 0U);
  EXPECT_EQ(one.events.count_starting("disconnected"), 0U);
  EXPECT_STREQ(one.link(2).snapshots.trouble, refusal_message(Refusal::kIncarnation));
}

TYPED_TEST_P(TransportSnapshotLifeConformance, NewerOneEndsTheOlderAndNotTheRequests) {
  TransportServer<TypeParam> old(this->harness_, 1);
  TransportServer<TypeParam> renewed(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  renewed.events.identity.start_counter = 2;
  bool is_renewed = false;
  two.events.on_each = [&](const std::string&) {
    const bool is_old = two.events.hellos.back().identity.start_counter == 1;
    is_renewed = is_renewed || !is_old;
    two.events.answer = is_renewed && is_old ? Refusal::kOlderCopy : Refusal::kNone;
  };
  this->connect_snapshots(old, two);
  this->connect(renewed, two);
  ASSERT_TRUE(old.wait_for("disconnected 2"));
  two.snapshot_reply(1, "of the old one");
  two.flush();
  EXPECT_TRUE(old.wait_for("snapshot_reply 2 of the old one"));

  renewed.link_snapshots(2, true);
  ASSERT_TRUE(renewed.wait_for("snapshot_connected 2"));
  ASSERT_TRUE(old.wait_for("snapshot_disconnected 2"));
  two.snapshot_reply(1, "of the new one");
  two.reply(1, "answer");
  two.flush();

  EXPECT_TRUE(renewed.wait_for("snapshot_reply 2 of the new one"));
  EXPECT_TRUE(renewed.wait_for("reply 2 answer"));
  EXPECT_EQ(renewed.events.count_starting("disconnected"), 0U);
}

TYPED_TEST_P(TransportSnapshotLifeConformance, BothComeBackWithThePeer) {
  TransportServer<TypeParam> one(this->harness_, 1);
  std::string address;
  {
    TransportServer<TypeParam> two(this->harness_, 2);
    address = two.address;
    this->connect_snapshots(one, two);
    one.snapshot(2, "lost");
    one.request(2, "lost");
  }
  ASSERT_TRUE(one.wait_for("disconnected 2"));
  ASSERT_TRUE(one.wait_for("snapshot_disconnected 2"));
  one.flush();
  TransportServer<TypeParam> again(this->harness_, 2, {}, address);

  ASSERT_TRUE(this->harness_.run_until([&] {
    return one.events.count("connected 2") == 2 && one.events.count("snapshot_connected 2") == 2;
  }));
  one.snapshot(2, "part again");
  one.flush();

  EXPECT_TRUE(again.wait_for("snapshot 1 part again"));
  EXPECT_EQ(again.events.frames.size(), 1U);
  EXPECT_EQ(one.events.count("disconnected 2"), 1U);
  EXPECT_EQ(one.events.count("snapshot_disconnected 2"), 1U);
}

TYPED_TEST_P(TransportSnapshotLifeConformance, ChangedAddressIsUsedFromTheNextDialOn) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> moved(this->harness_, 2);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect_snapshots(one, two);

  one.set_peers({{2, moved.address}});
  this->harness_.run_some();
  EXPECT_TRUE(moved.events.log.empty());
  two.close();

  EXPECT_TRUE(moved.wait_for("snapshot_hello 1"));
}

TYPED_TEST_P(TransportSnapshotLifeConformance, MayBeGivenUpInsideItsEvents) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect_snapshots(one, two);
  one.events.on_each = [&](const std::string& event) {
    if (event == "snapshot_reply 2 last") {
      one.transport->link_snapshots(ServerId(2), false);
    }
  };

  two.snapshot_reply(1, "last");
  two.snapshot_reply(1, "too late");
  two.flush();
  ASSERT_TRUE(one.wait_for("snapshot_disconnected 2"));

  EXPECT_EQ(one.events.starting("snapshot_reply"),
            std::vector<std::string>{"snapshot_reply 2 last"});
  EXPECT_EQ(one.events.count_starting("disconnected"), 0U);
}

TYPED_TEST_P(TransportSnapshotLifeConformance, ThePeerMayBeRemovedInsideItsEvents) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  one.events.on_each = [&](const std::string& event) {
    if (event == "snapshot_connected 2") {
      one.transport->set_peers({});
    }
  };

  one.link_snapshots(2, true);

  EXPECT_TRUE(one.wait_for("snapshot_disconnected 2"));
  EXPECT_TRUE(one.wait_for("disconnected 2"));
}

TYPED_TEST_P(TransportSnapshotLifeConformance, MayBeWantedAnewInsideItsEnd) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect_snapshots(one, two);
  one.events.on_each = [&](const std::string& event) {
    if (event == "snapshot_disconnected 2") {
      one.transport->link_snapshots(ServerId(2), false);
      one.transport->link_snapshots(ServerId(2), true);
    }
  };
  two.events.refused = port::Channel::kSnapshot;

  one.snapshot(2, "nonsense");
  one.flush();

  EXPECT_TRUE(
      this->harness_.run_until([&] { return one.events.count("snapshot_connected 2") == 2; }));
}

TYPED_TEST_P(TransportSnapshotLifeConformance, CloseWithBothOpenLeavesNothing) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect_snapshots(one, two);
  one.snapshot(2, "unflushed");
  one.request(2, "unflushed");
  two.snapshot_reply(1, "flushed");
  two.flush();

  one.close();

  EXPECT_EQ(one.events.count_starting("snapshot_disconnected"), 0U);
  EXPECT_EQ(one.events.count_starting("disconnected"), 0U);
}

TYPED_TEST_P(TransportSnapshotLifeConformance, CloseRightAfterTheWishLeavesNothing) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  one.link_snapshots(2, true);
  one.close();
}

/// Closes one server right after the k-th event of a run, for every k.
TYPED_TEST_P(TransportSnapshotLifeConformance, MayCloseAtEveryEvent) {
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
    one.link_snapshots(2, true);
    two.link_snapshots(1, true);
    for (int step = 0; step < 30 && !closing; ++step) {
      this->harness_.run_some();
      if (!closing) {
        one.link_snapshots(2, step % 5 != 4);
        one.request(2, "request");
        one.snapshot(2, "part");
        one.snapshot_reply(2, "held");
        one.flush();
      }
      two.snapshot(1, "part");
      two.snapshot_reply(1, "held");
      two.flush();
    }
    two.events.on_each = nullptr;
    ASSERT_TRUE(closing) << "event " << k;
    ASSERT_TRUE(this->harness_.run_until([&] { return closed; })) << "event " << k;
    one.transport.reset();
  }
}

REGISTER_TYPED_TEST_SUITE_P(TransportSnapshotLifeConformance, IsDialledAgainWhileItIsWanted,
                            EndsWhenItIsNotWantedAnyMore, WantedTwiceIsOneConnection,
                            NotWantedBeforeItStoodGivesNoEvent, WantedAgainItIsANewConnection,
                            PeerOutsideTheListIsIgnored, RemovedPeerLosesItAndTheWish,
                            UnchangedPeerKeepsIt, AcceptorRefuses, DiallerRefuses,
                            NewerOneEndsTheOlderAndNotTheRequests, BothComeBackWithThePeer,
                            ChangedAddressIsUsedFromTheNextDialOn, MayBeGivenUpInsideItsEvents,
                            ThePeerMayBeRemovedInsideItsEvents, MayBeWantedAnewInsideItsEnd,
                            CloseWithBothOpenLeavesNothing, CloseRightAfterTheWishLeavesNothing,
                            MayCloseAtEveryEvent);

}  // namespace buoyant::conformance
