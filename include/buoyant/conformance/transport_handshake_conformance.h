// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Who is connected to whom, and who is refused: part of the suite in transport_conformance.h.
#pragma once

#include "buoyant/conformance/transport_server.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace buoyant::conformance {

template <class Harness>
class TransportHandshakeConformance : public TransportFixture<Harness> {};

TYPED_TEST_SUITE_P(TransportHandshakeConformance);

TYPED_TEST_P(TransportHandshakeConformance, BothSidesLearnWhoTheOtherIs) {
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

TYPED_TEST_P(TransportHandshakeConformance, DiallerHearsOfTheHandshakeInOrder) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);

  this->connect(one, two);

  EXPECT_EQ(one.events.log, (std::vector<std::string>{"hello_reply 2 from 2", "connected 2"}));
  EXPECT_EQ(two.events.log, std::vector<std::string>{"hello 1"});
}

TYPED_TEST_P(TransportHandshakeConformance, NothingIsConnectedBeforeTheAdmission) {
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

TYPED_TEST_P(TransportHandshakeConformance, AcceptorRefuses) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  two.events.answer = Refusal::kCluster;

  one.set_peers({{2, two.address}});

  EXPECT_TRUE(one.wait_for(std::string("trouble 2 ") + refused_message(Refusal::kCluster)));
  EXPECT_EQ(one.events.count_starting("connected"), 0U);
  EXPECT_EQ(one.events.count_starting("hello_reply"), 0U);
  EXPECT_EQ(one.events.count_starting("disconnected"), 0U);
  EXPECT_STREQ(one.link(2).trouble, refused_message(Refusal::kCluster));
  EXPECT_EQ(two.reply(1, "no"), port::SendResult::kNotConnected);
}

TYPED_TEST_P(TransportHandshakeConformance, RefusalIsReportedOnceThoughItIsTriedAgain) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  two.events.answer = Refusal::kRemoved;
  one.set_peers({{2, two.address}});

  ASSERT_TRUE(this->harness_.run_until([&] { return two.events.count("hello 1") >= 4; }));

  EXPECT_EQ(one.events.count_starting("trouble"), 1U);
}

TYPED_TEST_P(TransportHandshakeConformance, ConnectsOnceTheRefusalIsGone) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  two.events.answer = Refusal::kNotReady;
  one.set_peers({{2, two.address}});
  ASSERT_TRUE(this->harness_.run_until([&] { return one.events.count_starting("trouble") > 0; }));

  two.events.answer = Refusal::kNone;

  EXPECT_TRUE(one.wait_for("connected 2"));
  EXPECT_STREQ(one.link(2).trouble, "");
}

TYPED_TEST_P(TransportHandshakeConformance, DiallerRefuses) {
  TransportServer<TypeParam> one(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  one.events.answer_to_reply = Refusal::kIncarnation;

  one.set_peers({{2, two.address}});
  ASSERT_TRUE(this->harness_.run_until([&] { return one.events.replies.size() >= 2; }));

  EXPECT_EQ(one.events.count_starting("connected"), 0U);
  EXPECT_EQ(one.events.count_starting("disconnected"), 0U);
  EXPECT_STREQ(one.link(2).trouble, refusal_message(Refusal::kIncarnation));
}

TYPED_TEST_P(TransportHandshakeConformance, AdmissionOfAnUnknownConnectionIsIgnored) {
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

TYPED_TEST_P(TransportHandshakeConformance, AdmissionAfterTheDiallerLeftIsIgnored) {
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

TYPED_TEST_P(TransportHandshakeConformance, ReplyGoesToTheNewestConnectionOfThePeer) {
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

TYPED_TEST_P(TransportHandshakeConformance, NewerConnectionOfAPeerEndsTheOlder) {
  TransportServer<TypeParam> old(this->harness_, 1);
  TransportServer<TypeParam> two(this->harness_, 2);
  this->connect(old, two);
  TransportServer<TypeParam> renewed(this->harness_, 1);

  this->connect(renewed, two);

  EXPECT_TRUE(old.wait_for("disconnected 2"));
}

REGISTER_TYPED_TEST_SUITE_P(TransportHandshakeConformance, BothSidesLearnWhoTheOtherIs,
                            DiallerHearsOfTheHandshakeInOrder, NothingIsConnectedBeforeTheAdmission,
                            AcceptorRefuses, RefusalIsReportedOnceThoughItIsTriedAgain,
                            ConnectsOnceTheRefusalIsGone, DiallerRefuses,
                            AdmissionOfAnUnknownConnectionIsIgnored,
                            AdmissionAfterTheDiallerLeftIsIgnored,
                            ReplyGoesToTheNewestConnectionOfThePeer,
                            NewerConnectionOfAPeerEndsTheOlder);

}  // namespace buoyant::conformance
