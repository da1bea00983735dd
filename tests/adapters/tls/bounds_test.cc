// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a session keeps at most, and what it does there.
#include "adapters/tls/session.h"
#include "tests/adapters/tls/support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace buoyant::tls::bounds_test {

using support::carry;
using support::exchange;
using support::long_text;
using support::read_all;

class TlsBoundsTest : public testing::Test {
 protected:
  void SetUp() override {
    exchange(*client_, *server_);
    ASSERT_EQ(server_->state(), TlsSession::State::kOpen);
  }

  /// Sends all of it from client to server in pieces; what arrived.
  std::string transfer(const std::string& text, std::size_t written_at_once,
                       std::size_t carried_at_once) {
    std::string arrived;
    std::size_t sent = 0;
    while (arrived.size() < text.size() && server_->state() == TlsSession::State::kOpen) {
      const auto rest = view_of(text).subspan(sent);
      sent += client_->write(rest.first(std::min(rest.size(), written_at_once)));
      carry(*client_, *server_, carried_at_once);
      arrived += read_all(*server_);
    }
    return arrived;
  }

  support::Cluster cluster_;
  std::unique_ptr<TlsSession> client_ = TlsSession::dial(cluster_.context(1), ServerId(2));
  std::unique_ptr<TlsSession> server_ = TlsSession::accept(cluster_.context(2));
};

TEST_F(TlsBoundsTest, MuchPlaintextArrivesWholeInManyRecords) {
  const std::string text = long_text(3'000'000);

  EXPECT_TRUE(transfer(text, text.size(), text.size()) == text);
}

TEST_F(TlsBoundsTest, PiecesOfAnySizeArriveWhole) {
  const std::string text = long_text(300'000);

  EXPECT_TRUE(transfer(text, 777, 13) == text);
}

TEST_F(TlsBoundsTest, WhatIsToBeSentStopsAtItsBound) {
  const std::string text = long_text(1'000'000);

  const std::size_t taken = client_->write(view_of(text));

  EXPECT_EQ(taken, 4 * kRecordBytesMax);
  EXPECT_EQ(client_->write(view_of(text)), 0U);
  EXPECT_LE(client_->output().size(), kSendBytesMax);
  EXPECT_EQ(client_->state(), TlsSession::State::kOpen);
}

TEST_F(TlsBoundsTest, WhatIsToBeSentGoesOnWhereItStopped) {
  const std::string text = long_text(5 * kRecordBytesMax);
  const std::size_t taken = client_->write(view_of(text));
  exchange(*client_, *server_);
  std::string arrived = read_all(*server_);

  EXPECT_EQ(client_->write(view_of(text).subspan(taken)), text.size() - taken);

  exchange(*client_, *server_);
  arrived += read_all(*server_);
  EXPECT_TRUE(arrived == text);
}

TEST_F(TlsBoundsTest, WhatWasReceivedStopsAtItsBound) {
  const std::string text = long_text(8 * kRecordBytesMax);
  std::size_t sent = client_->write(view_of(text));
  carry(*client_, *server_);
  sent += client_->write(view_of(text).subspan(sent));

  EXPECT_FALSE(client_->output().empty());
  carry(*client_, *server_);
  EXPECT_FALSE(client_->output().empty());
  EXPECT_EQ(server_->feed(client_->output()), 0U);

  std::string arrived = read_all(*server_);
  exchange(*client_, *server_);
  arrived += read_all(*server_);
  EXPECT_EQ(sent, text.size());
  EXPECT_TRUE(arrived == text);
}

TEST_F(TlsBoundsTest, NoMoreIsReadThanIsAskedFor) {
  ASSERT_EQ(client_->write(view_of("0123456789")), 10U);
  exchange(*client_, *server_);
  std::array<std::byte, 4> buffer{};

  EXPECT_EQ(server_->read(buffer), 4U);
  EXPECT_EQ(text_of(buffer), "0123");
  EXPECT_EQ(read_all(*server_), "456789");
}

TEST_F(TlsBoundsTest, AFarewellFitsBehindAFullBuffer) {
  const std::string text = long_text(1'000'000);
  const std::size_t taken = client_->write(view_of(text));

  client_->close();
  exchange(*client_, *server_);

  EXPECT_TRUE(read_all(*server_) == text.substr(0, taken));
  EXPECT_EQ(server_->state(), TlsSession::State::kClosed);
}

TEST(TlsHandshakeBoundTest, AHandshakeThatDoesNotEndIsRefused) {
  support::Cluster cluster;
  const auto server = TlsSession::accept(cluster.context(1));
  // A hello of 100000 bytes, in records of 16384.
  std::string record = {'\x16', '\x03', '\x01', '\x40', '\0'};
  const std::string hello = {'\x01', '\x01', '\x86', '\xa0'};
  const std::string first = record + hello + std::string(kRecordBytesMax - hello.size(), 'x');
  const std::string second = record + std::string(kRecordBytesMax, 'x');

  EXPECT_EQ(server->feed(view_of(first)), first.size());
  EXPECT_EQ(server->state(), TlsSession::State::kHandshaking);
  EXPECT_EQ(server->feed(view_of(second)), second.size());

  EXPECT_EQ(server->refusal(), Refusal::kHandshakeTooLarge);
}

}  // namespace buoyant::tls::bounds_test
