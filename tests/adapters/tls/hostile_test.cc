// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What is no TLS, or breaks its rules, is refused and does no harm.
#include "adapters/tls/session.h"
#include "tests/adapters/tls/raw_peer.h"
#include "tests/adapters/tls/support.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace buoyant::tls::hostile_test {

using support::exchange;
using support::RawPeer;
using support::read_all;

class TlsHostileTest : public testing::Test {
 protected:
  /// What server 2 says to these bytes.
  std::optional<Refusal> refusal_of(const std::string& bytes) {
    const auto server = TlsSession::accept(second_);
    server->feed(view_of(bytes));
    return server->refusal();
  }

  /// How many of the bytes [begin, end) of the dialler's first or second flight can be flipped
  /// and both sides still come to know each other.
  int harmless_flips(int flight, std::size_t begin, std::size_t step) {
    int harmless = 0;
    for (std::size_t place = begin;; place += step) {
      const auto client = TlsSession::dial(first_, ServerId(2));
      const auto server = TlsSession::accept(second_);
      for (int passed = 1; passed < flight; ++passed) {
        support::carry(*client, *server);
        support::carry(*server, *client);
      }
      std::string bytes(text_of(client->output()));
      if (place >= bytes.size()) {
        return harmless;
      }
      client->consume(bytes.size());
      bytes[place] = static_cast<char>(bytes[place] ^ 0x04);
      server->feed(view_of(bytes));
      exchange(*server, *client);
      harmless += server->state() == TlsSession::State::kOpen ? 1 : 0;
    }
  }

  support::Cluster cluster_;
  TlsContext first_ = cluster_.context(1);
  TlsContext second_ = cluster_.context(2);
};

TEST_F(TlsHostileTest, WhatIsNoTlsIsToldAsSuch) {
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n\r\n"), Refusal::kNotTls);
  EXPECT_EQ(refusal_of(std::string(64, '\xff')), Refusal::kNotTls);
  EXPECT_EQ(refusal_of(std::string(64, '\0')), Refusal::kNotTls);
}

TEST_F(TlsHostileTest, ADialledServerThatSpeaksNoTlsIsRefused) {
  const auto client = TlsSession::dial(first_, ServerId(2));

  client->feed(view_of("+OK ready\r\n"));

  EXPECT_EQ(client->refusal(), Refusal::kNotTls);
}

TEST_F(TlsHostileTest, AHelloThatIsNoneBreaksTheRules) {
  const std::string record = {'\x16', '\x03', '\x01', '\0', '\x04', '\x0e', '\0', '\0', '\0'};

  EXPECT_EQ(refusal_of(record), Refusal::kProtocolError);
}

TEST_F(TlsHostileTest, AFlippedByteOfAHelloLetsNobodyIn) {
  // Beyond the record's own header, whose old version number nobody looks at.
  EXPECT_EQ(harmless_flips(1, 5, 3), 0);
}

TEST_F(TlsHostileTest, AFlippedByteOfTheAnswerLetsNobodyIn) {
  EXPECT_EQ(harmless_flips(2, 0, 7), 0);
}

TEST_F(TlsHostileTest, AFlippedByteOfARecordEndsTheSession) {
  const auto client = TlsSession::dial(first_, ServerId(2));
  const auto server = TlsSession::accept(second_);
  exchange(*client, *server);
  ASSERT_EQ(client->write(view_of("transfer 1")), 10U);
  std::string bytes(text_of(client->output()));
  bytes[8] = static_cast<char>(bytes[8] ^ 0x01);

  server->feed(view_of(bytes));

  EXPECT_EQ(read_all(*server), "");
  EXPECT_EQ(server->refusal(), Refusal::kProtocolError);
}

TEST_F(TlsHostileTest, ARecordThatComesTwiceEndsTheSession) {
  const auto client = TlsSession::dial(first_, ServerId(2));
  const auto server = TlsSession::accept(second_);
  exchange(*client, *server);
  ASSERT_EQ(client->write(view_of("transfer 1")), 10U);
  const std::string bytes(text_of(client->output()));

  server->feed(view_of(bytes));
  server->feed(view_of(bytes));

  EXPECT_EQ(read_all(*server), "transfer 1");
  EXPECT_EQ(server->refusal(), Refusal::kProtocolError);
}

TEST_F(TlsHostileTest, AFatalAlertIsStillHandedOut) {
  const auto server = TlsSession::accept(second_);
  RawPeer raw(RawPeer::Role::kDials, {});

  support::carry(raw, *server);
  support::carry(*server, raw);
  support::carry(raw, *server);

  EXPECT_EQ(server->refusal(), Refusal::kNoCertificate);
  EXPECT_FALSE(server->output().empty());
  support::carry(*server, raw);
  EXPECT_TRUE(server->output().empty());
  EXPECT_NE(raw.alert, "");
}

TEST_F(TlsHostileTest, ASecondHandshakeIsDeclined) {
  const auto server = TlsSession::accept(second_);
  RawPeer raw(RawPeer::Role::kDials, {.pair = cluster_.pair(3), .version_max = TLS1_2_VERSION});
  exchange(raw, *server);
  ASSERT_EQ(server->peer(), ServerId(3));

  raw.ask_for_renegotiation();
  support::carry(raw, *server);
  EXPECT_EQ(read_all(*server), "");
  support::carry(*server, raw);

  EXPECT_EQ(raw.alert, "no renegotiation");
}

TEST_F(TlsHostileTest, ASecondHandshakeThatADialledServerAsksForIsDeclined) {
  const auto client = TlsSession::dial(first_, ServerId(2));
  RawPeer raw(RawPeer::Role::kIsDialled, {.pair = cluster_.pair(2), .version_max = TLS1_2_VERSION});
  exchange(raw, *client);
  ASSERT_EQ(client->peer(), ServerId(2));

  raw.ask_for_renegotiation();
  support::carry(raw, *client);
  EXPECT_EQ(read_all(*client), "");
  support::carry(*client, raw);

  EXPECT_EQ(raw.alert, "no renegotiation");
}

}  // namespace buoyant::tls::hostile_test
