// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Ends, new beginnings and changed peers: part of the suite in transport_conformance.h.
#pragma once

#include "buoyant/conformance/transport_server.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace buoyant::conformance {

template <class Harness>
class TransportLifeConformance : public TransportFixture<Harness> {};

TYPED_TEST_SUITE_P(TransportLifeConformance);

TYPED_TEST_P(TransportLifeConformance, PeerThatClosesIsReportedOnce) {
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

TYPED_TEST_P(TransportLifeConformance, DiallerThatClosesEndsTheReplyChannel) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  ASSERT_EQ(two.reply(1, "x"), port::SendResult::kQueued);

  one.close();

  EXPECT_TRUE(this->harness_.run_until(
      [&] { return two.reply(1, "x") == port::SendResult::kNotConnected; }));
}

TYPED_TEST_P(TransportLifeConformance, ConnectsAgainWhenThePeerComesBack) {
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

TYPED_TEST_P(TransportLifeConformance, ConnectsWhenThePeerComesUpLater) {
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

TYPED_TEST_P(TransportLifeConformance, WhatWasQueuedDoesNotOutliveTheConnection) {
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

TYPED_TEST_P(TransportLifeConformance, RemovedPeerIsDisconnectedOnce) {
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

TYPED_TEST_P(TransportLifeConformance, RemovedPeerThatWasNotConnectedGivesNoEvent) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  one.set_peers({{2, two.address}});

  one.set_peers({});
  this->harness_.run_some();

  EXPECT_TRUE(one.events.log.empty());
}

TYPED_TEST_P(TransportLifeConformance, PeerThatIsRemovedAndAddedConnectsAnew) {
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

TYPED_TEST_P(TransportLifeConformance, AddedPeerLeavesTheOthersAlone) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  TransportServer<TypeParam> three(this->harness_, 3);
  this->connect(one, two);

  one.set_peers({{2, two.address}, {3, three.address}});

  EXPECT_TRUE(one.wait_for("connected 3"));
  EXPECT_EQ(one.events.count_starting("disconnected"), 0U);
  EXPECT_EQ(one.transport->status().size(), 2U);
}

TYPED_TEST_P(TransportLifeConformance, ChangedAddressIsUsedFromTheNextDialOn) {
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

TYPED_TEST_P(TransportLifeConformance, CloseRightAfterStartLeavesNothing) {
  TransportServer<TypeParam> one(this->harness_, 1);

  one.close();

  EXPECT_TRUE(one.events.log.empty());
}

TYPED_TEST_P(TransportLifeConformance, CloseWithFramesQueuedLeavesNothing) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  one.request(2, "unflushed");
  two.reply(1, "flushed");
  two.flush();

  one.close();

  EXPECT_EQ(one.events.count_starting("disconnected"), 0U);
}

TYPED_TEST_P(TransportLifeConformance, MayCloseInsideAnEvent) {
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

TYPED_TEST_P(TransportLifeConformance, MayRemoveThePeerInsideItsEvent) {
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

TYPED_TEST_P(TransportLifeConformance, DestroyedWithoutCloseItGoesInTheBackground) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(one, two);
  one.request(2, "unflushed");

  two.transport.reset();

  EXPECT_TRUE(one.wait_for("disconnected 2"));
}

TYPED_TEST_P(TransportLifeConformance, DestroyedBeforeStartItLeavesNothing) {
  auto transport = this->harness_.open(ServerId(1), {});

  transport.reset();
  this->harness_.run_some();
}

/// Closes one server right after the k-th event of a run, for every k.
TYPED_TEST_P(TransportLifeConformance, MayCloseAtEveryEvent) {
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

REGISTER_TYPED_TEST_SUITE_P(TransportLifeConformance, PeerThatClosesIsReportedOnce,
                            DiallerThatClosesEndsTheReplyChannel, ConnectsAgainWhenThePeerComesBack,
                            ConnectsWhenThePeerComesUpLater,
                            WhatWasQueuedDoesNotOutliveTheConnection, RemovedPeerIsDisconnectedOnce,
                            RemovedPeerThatWasNotConnectedGivesNoEvent,
                            PeerThatIsRemovedAndAddedConnectsAnew, AddedPeerLeavesTheOthersAlone,
                            ChangedAddressIsUsedFromTheNextDialOn,
                            CloseRightAfterStartLeavesNothing, CloseWithFramesQueuedLeavesNothing,
                            MayCloseInsideAnEvent, MayRemoveThePeerInsideItsEvent,
                            DestroyedWithoutCloseItGoesInTheBackground,
                            DestroyedBeforeStartItLeavesNothing, MayCloseAtEveryEvent);

}  // namespace buoyant::conformance
