// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/tls/session.h"

#include "tests/adapters/tls/raw_peer.h"
#include "tests/adapters/tls/support.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace buoyant::tls::session_test {

using support::exchange;
using support::RawPeer;
using support::read_all;

class TlsSessionTest : public testing::Test {
 protected:
  void SetUp() override {
    client_ = TlsSession::dial(cluster_.context(1), ServerId(2));
    server_ = TlsSession::accept(cluster_.context(2));
  }

  support::Cluster cluster_;
  // Their contexts are gone: a session needs none once it is created.
  std::unique_ptr<TlsSession> client_;
  std::unique_ptr<TlsSession> server_;
};

TEST_F(TlsSessionTest, BothSidesComeToKnowEachOther) {
  EXPECT_EQ(client_->state(), TlsSession::State::kHandshaking);
  EXPECT_EQ(client_->peer(), ServerId());

  exchange(*client_, *server_);

  EXPECT_EQ(client_->state(), TlsSession::State::kOpen);
  EXPECT_EQ(server_->state(), TlsSession::State::kOpen);
  EXPECT_EQ(client_->peer(), ServerId(2));
  EXPECT_EQ(server_->peer(), ServerId(1));
}

TEST_F(TlsSessionTest, WhoDialsTheWrongServerRefusesAndTellsIt) {
  client_ = TlsSession::dial(cluster_.context(1), ServerId(3));

  exchange(*client_, *server_);

  EXPECT_EQ(client_->refusal(), Refusal::kWrongId);
  EXPECT_EQ(client_->peer(), ServerId());
  EXPECT_EQ(server_->refusal(), Refusal::kRefusedByPeer);
  EXPECT_STREQ(server_->detail(), "sslv3 alert bad certificate");
  EXPECT_EQ(server_->peer(), ServerId());
}

TEST_F(TlsSessionTest, WhoIsRefusedAfterItsOwnHandshakeHearsOfItWhenReading) {
  support::Cluster others;
  const auto own = others.pair(1);
  auto context = TlsContext::create(
      others.write(1, {own.certificate, own.key,
                       others.authority.certificate + cluster_.authority.certificate}),
      {support::kCluster, ServerId(1)});
  ASSERT_TRUE(context);
  client_ = TlsSession::dial(*context, ServerId(2));

  exchange(*client_, *server_);

  EXPECT_EQ(server_->refusal(), Refusal::kUnknownAuthority);
  EXPECT_EQ(client_->state(), TlsSession::State::kOpen);
  EXPECT_EQ(read_all(*client_), "");
  EXPECT_EQ(client_->refusal(), Refusal::kRefusedByPeer);
  EXPECT_STREQ(client_->detail(), "tlsv1 alert unknown ca");
}

TEST_F(TlsSessionTest, NobodyIsKnownBeforeTheHandshakeIsWhole) {
  support::carry(*client_, *server_);
  support::carry(*server_, *client_);
  const auto flight = client_->output();
  server_->feed(flight.first(flight.size() - 1));

  EXPECT_EQ(server_->state(), TlsSession::State::kHandshaking);
  EXPECT_EQ(server_->peer(), ServerId());

  server_->feed(flight.last(1));
  EXPECT_EQ(server_->peer(), ServerId(1));
}

TEST_F(TlsSessionTest, BytesComeOneByOne) {
  exchange(*client_, *server_, 1);
  ASSERT_EQ(client_->write(view_of("request")), 7U);
  ASSERT_EQ(server_->write(view_of("reply")), 5U);
  exchange(*client_, *server_, 1);

  EXPECT_EQ(read_all(*server_), "request");
  EXPECT_EQ(read_all(*client_), "reply");
}

TEST_F(TlsSessionTest, NothingIsWrittenOrReadBeforeItIsOpen) {
  std::array<std::byte, 8> buffer{};

  EXPECT_EQ(client_->write(view_of("early")), 0U);
  EXPECT_EQ(client_->read(buffer), 0U);
}

TEST_F(TlsSessionTest, PlaintextIsNotSeenOnTheWay) {
  exchange(*client_, *server_);
  ASSERT_EQ(client_->write(view_of("a secret of this cluster")), 24U);

  EXPECT_EQ(text_of(client_->output()).find("secret"), std::string_view::npos);
  EXPECT_GT(client_->output().size(), 24U);
}

TEST_F(TlsSessionTest, AFarewellIsNoTruncation) {
  exchange(*client_, *server_);
  ASSERT_EQ(client_->write(view_of("last words")), 10U);
  client_->close();
  exchange(*client_, *server_);
  server_->feed_end();

  EXPECT_EQ(read_all(*server_), "last words");
  EXPECT_EQ(server_->state(), TlsSession::State::kClosed);
  EXPECT_EQ(server_->refusal(), std::nullopt);
  EXPECT_EQ(server_->peer(), ServerId(1));
}

TEST_F(TlsSessionTest, AnEndWithoutFarewellIsTruncation) {
  exchange(*client_, *server_);
  ASSERT_EQ(client_->write(view_of("last words")), 10U);
  exchange(*client_, *server_);
  server_->feed_end();

  EXPECT_EQ(read_all(*server_), "last words");
  EXPECT_EQ(server_->refusal(), Refusal::kTruncated);
}

TEST_F(TlsSessionTest, AnEndInTheMiddleOfARecordIsTruncation) {
  exchange(*client_, *server_);
  ASSERT_EQ(client_->write(view_of("last words")), 10U);
  server_->feed(client_->output().first(12));
  server_->feed_end();

  EXPECT_EQ(read_all(*server_), "");
  EXPECT_EQ(server_->refusal(), Refusal::kTruncated);
}

TEST_F(TlsSessionTest, AnEndDuringTheHandshakeIsTruncation) {
  server_->feed(client_->output().first(50));
  server_->feed_end();
  client_->feed_end();

  EXPECT_EQ(server_->refusal(), Refusal::kTruncated);
  EXPECT_EQ(client_->refusal(), Refusal::kTruncated);
}

TEST_F(TlsSessionTest, AfterItsFarewellASideStillReads) {
  exchange(*client_, *server_);
  client_->close();
  client_->close();
  exchange(*client_, *server_);
  EXPECT_EQ(client_->write(view_of("more")), 0U);
  ASSERT_EQ(server_->write(view_of("reply")), 5U);
  server_->close();
  exchange(*client_, *server_);

  EXPECT_EQ(read_all(*client_), "reply");
  EXPECT_EQ(client_->state(), TlsSession::State::kClosed);
}

TEST_F(TlsSessionTest, WhatComesAfterTheEndIsForgotten) {
  exchange(*client_, *server_);
  client_->close();
  exchange(*client_, *server_);
  ASSERT_EQ(read_all(*server_), "");

  EXPECT_EQ(server_->feed(view_of("anything")), 8U);

  EXPECT_EQ(read_all(*server_), "");
  EXPECT_EQ(server_->state(), TlsSession::State::kClosed);
}

TEST_F(TlsSessionTest, TheNewestVersionIsTakenAndAnOlderOneAccepted) {
  RawPeer newest(RawPeer::Role::kDials, {.pair = cluster_.pair(3)});
  exchange(newest, *server_);
  const auto other = TlsSession::accept(cluster_.context(2));
  RawPeer older(RawPeer::Role::kDials, {.pair = cluster_.pair(3), .version_max = TLS1_2_VERSION});
  exchange(older, *other);

  EXPECT_EQ(newest.version(), TLS1_3_VERSION);
  EXPECT_EQ(server_->peer(), ServerId(3));
  EXPECT_EQ(older.version(), TLS1_2_VERSION);
  EXPECT_EQ(other->peer(), ServerId(3));
}

TEST_F(TlsSessionTest, NoTicketLetsAnybodyInWithoutAHandshake) {
  RawPeer newest(RawPeer::Role::kDials, {.pair = cluster_.pair(3)});
  exchange(newest, *server_);
  const auto other = TlsSession::accept(cluster_.context(2));
  RawPeer older(RawPeer::Role::kDials, {.pair = cluster_.pair(3), .version_max = TLS1_2_VERSION});
  exchange(older, *other);

  ASSERT_TRUE(newest.is_open());
  EXPECT_FALSE(newest.has_ticket());
  ASSERT_TRUE(older.is_open());
  EXPECT_FALSE(older.has_ticket());
}

TEST_F(TlsSessionTest, NewKeysChangeNothingForTheReader) {
  RawPeer raw(RawPeer::Role::kDials, {.pair = cluster_.pair(3)});
  exchange(raw, *server_);
  raw.write("before, ");
  raw.ask_for_new_keys();
  raw.write("after");
  exchange(raw, *server_);

  EXPECT_EQ(read_all(*server_), "before, after");
  ASSERT_EQ(server_->write(view_of("reply")), 5U);
  exchange(raw, *server_);
  EXPECT_EQ(raw.received, "reply");
}

}  // namespace buoyant::tls::session_test
