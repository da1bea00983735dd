// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/simulation/transport_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace buoyant::simulation::transport_handshake_test {

using port::Channel;
using port::SendResult;
using std::chrono::milliseconds;
using std::chrono::seconds;
using transport_fixture::Numbers;
using transport_fixture::TransportFixture;

class SimulatedHandshakeTest : public TransportFixture {};

TEST_F(SimulatedHandshakeTest, BothSidesLearnWhoTheOtherIs) {
  aim(*one, 2);
  run_for(seconds(1));

  EXPECT_EQ(one->events.log, (std::vector<std::string>{"hello_reply 2 from 2", "connected 2"}));
  EXPECT_EQ(two->events.log, (std::vector<std::string>{"hello 1"}));
  EXPECT_EQ(two->events.hellos.at(0).expected, ServerId(2));
  EXPECT_TRUE(one->link().connected);
}

TEST_F(SimulatedHandshakeTest, NothingIsConnectedBeforeTheAdmission) {
  two->events.admits_at_once = false;
  aim(*one, 2);
  run_for(seconds(1));
  EXPECT_EQ(one->send_number(2, 1), SendResult::kNotConnected);

  two->transport->admit(two->events.connections.at(0), Refusal::kNone);
  run_for(seconds(1));

  EXPECT_TRUE(one->events.has("connected 2"));
}

TEST_F(SimulatedHandshakeTest, WhoeverIsRefusedSaysSoOnceAndDialsAgain) {
  two->events.answer = Refusal::kCluster;

  aim(*one, 2);
  run_for(seconds(2));

  EXPECT_FALSE(one->events.has("connected 2"));
  EXPECT_EQ(one->events.count_starting("trouble 2"), 1U);
  EXPECT_GT(one->link().reconnects, 0U);
}

TEST_F(SimulatedHandshakeTest, ServersOfTwoReleasesWithoutACommonVersionRefuseEachOther) {
  two.reset();
  two = make_release(2, 2, 3);
  aim(*one, 2);
  aim(*two, 1);

  run_for(seconds(2));

  EXPECT_TRUE(one->events.has(std::string("trouble 2 ") + refused_message(Refusal::kVersion)));
  EXPECT_FALSE(one->events.has("connected 2"));
  EXPECT_FALSE(two->events.has("connected 1"));
}

TEST_F(SimulatedHandshakeTest, ServersOfTwoReleasesSpeakTheNewestVersionThatBothKnow) {
  two.reset();
  two = make_release(2, 1, 3);
  aim(*one, 2);
  aim(*two, 1);

  run_for(seconds(2));

  EXPECT_EQ(one->events.replies.at(0).version, 1U);
  EXPECT_EQ(two->events.replies.at(0).version, 1U);
  EXPECT_EQ(one->events.hellos.at(0).version_max, 3U);
}

TEST_F(SimulatedHandshakeTest, TheDiallerMayRefuseToo) {
  one->events.answer_to_reply = Refusal::kBootstrap;

  aim(*one, 2);
  run_for(seconds(2));

  EXPECT_FALSE(one->events.has("connected 2"));
  EXPECT_GT(one->events.count_starting("trouble 2"), 0U);
}

TEST_F(SimulatedHandshakeTest, AnAdmissionThatDoesNotComeIsGivenUp) {
  two->events.admits_at_once = false;

  aim(*one, 2);
  run_for(seconds(5));

  EXPECT_FALSE(one->events.has("connected 2"));
  EXPECT_EQ(two->events.count("hello 1"), 2U);
}

TEST_F(SimulatedHandshakeTest, AServerThatComesLaterIsReached) {
  two.reset();
  aim(*one, 2);
  run_for(seconds(3));
  EXPECT_STREQ(one->link().trouble, "connection refused");

  two = make(2);
  run_for(seconds(1));

  EXPECT_TRUE(one->events.has("connected 2"));
}

TEST_F(SimulatedHandshakeTest, AFrameBeforeTheHelloEndsTheConnection) {
  class Stranger final : public ConnectionOwner {
   public:
    void on_open(const ConnectionPointer& /*connection*/) override {}

    void on_accepted(const ConnectionPointer& /*connection*/) override {}

    void on_bytes(const ConnectionPointer& /*connection*/, Side /*side*/,
                  ByteView /*bytes*/) override {}

    void on_end(const ConnectionPointer& /*connection*/, Side /*side*/,
                const char* /*why*/) override {
      ended = true;
    }

    bool ended = false;
  };

  Stranger stranger;
  const ConnectionPointer connection = network.dial(make_process(3), stranger, "server:2");
  run_for(seconds(1));

  network.send(connection, Side::kDialler, std::vector<std::byte>(40, std::byte{7}));
  run_for(seconds(1));

  EXPECT_TRUE(stranger.ended);
  EXPECT_EQ(two->events.count_starting("trouble"), 1U);
}

TEST_F(SimulatedHandshakeTest, TheNewestConnectionOfAPeerWins) {
  connect();
  const auto newer = make(1);

  aim(*newer, 2);
  run_for(milliseconds(15));

  ASSERT_TRUE(newer->events.has("connected 2"));
  EXPECT_EQ(one->events.log, (std::vector<std::string>{"disconnected 2"}));
  EXPECT_EQ(two->send_number(1, 7, Channel::kReply), SendResult::kQueued);
  two->transport->flush();
  run_for(milliseconds(5));
  EXPECT_EQ(newer->received(), Numbers{7});
  EXPECT_EQ(one->received(), Numbers{});
}

}  // namespace buoyant::simulation::transport_handshake_test
