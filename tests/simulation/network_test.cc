// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/network.h"

#include "tests/simulation/network_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::simulation::network_test {

using network_fixture::Log;
using std::chrono::milliseconds;
using std::chrono::seconds;

class NetworkTest : public network_fixture::NetworkFixture {};

TEST_F(NetworkTest, WhoeverIsDialledAccepts) {
  dial();
  EXPECT_EQ(dialler.log, Log{});

  run_for(seconds(1));

  EXPECT_EQ(dialler.log, Log{"open"});
  EXPECT_EQ(acceptor.log, Log{"accepted"});
  EXPECT_EQ(acceptor.accepted, connection);
}

TEST_F(NetworkTest, NobodyAtTheAddressMeansRefused) {
  network->stop_listening("two", *two);

  dial();
  run_for(seconds(1));

  EXPECT_EQ(dialler.log, Log{"connection refused"});
}

TEST_F(NetworkTest, OnlyTheListenersProcessStopsIt) {
  network->stop_listening("two", *one);

  dial();
  run_for(seconds(1));

  EXPECT_EQ(dialler.log, Log{"open"});
}

TEST_F(NetworkTest, ADialOverABlockedLinkTimesOut) {
  block();
  dial();

  run_for(milliseconds(2'500));
  EXPECT_EQ(dialler.log, Log{});
  run_for(seconds(1));

  EXPECT_EQ(dialler.log, Log{"connection timed out"});
  EXPECT_EQ(acceptor.log, Log{});
}

TEST_F(NetworkTest, ADialWhoseAnswerIsBlockedTimesOut) {
  network->block(ServerId(2), ServerId(1));

  dial();
  run_for(seconds(4));

  EXPECT_EQ(dialler.log, Log{"connection timed out"});
}

TEST_F(NetworkTest, BytesArriveInOrderInBothDirections) {
  connect();

  send("a");
  send("b");
  send("x", Side::kAcceptor);
  send("c");
  send("y", Side::kAcceptor);
  run_for(seconds(1));

  EXPECT_EQ(acceptor.text, "abc");
  EXPECT_EQ(dialler.text, "xy");
}

TEST_F(NetworkTest, WithDelaysTheOrderIsKept) {
  plan.faults = {Fault::kDelay};
  make_network();
  dial();
  run_for(seconds(30));
  std::string sent;
  for (int i = 0; i < 1'000; ++i) {
    const std::string text = std::to_string(i) + " ";
    send(text);
    sent += text;
    run_for(milliseconds(1));
  }
  run_all();

  EXPECT_EQ(acceptor.text, sent);
}

TEST_F(NetworkTest, FragmentsArriveWholeAndInOrder) {
  plan.faults = {Fault::kFragments};
  connect();
  const std::string sent(1'000, 'a');

  send(sent);
  send("bcd");
  send("e");
  run_for(seconds(10));

  EXPECT_EQ(acceptor.text, sent + "bcde");
  EXPECT_GT(acceptor.pieces, 3U);
}

TEST_F(NetworkTest, WithoutFragmentsEachSendIsOnePiece) {
  connect();

  send(std::string(1'000, 'a'));
  send("b");
  run_for(seconds(1));

  EXPECT_EQ(acceptor.pieces, 2U);
}

TEST_F(NetworkTest, ABitFlipChangesOneBitOfSomeSends) {
  plan.faults = {Fault::kBitFlips};
  connect();
  const std::string zeros(100'000, '\0');
  for (std::size_t i = 0; i < zeros.size() / 100; ++i) {
    send(std::string_view(zeros).substr(0, 100));
  }
  run_for(seconds(10));

  std::size_t flipped = 0;
  std::size_t bits = 0;
  ASSERT_EQ(acceptor.text.size(), zeros.size());
  for (const char each : acceptor.text) {
    const int set = std::popcount(static_cast<unsigned char>(each));
    flipped += set != 0 ? 1U : 0U;
    bits += static_cast<std::size_t>(set);
  }
  EXPECT_GT(flipped, 0U);
  EXPECT_LT(flipped, 20U);
  EXPECT_EQ(bits, flipped);
}

TEST_F(NetworkTest, WhatWaitsAtABlockedLinkArrivesInOrderWhenItOpens) {
  connect();
  block();
  send("a");
  send("b");
  run_for(seconds(2));
  EXPECT_EQ(acceptor.text, "");
  send("c");

  unblock();
  send("d");
  run_for(seconds(10));

  EXPECT_EQ(acceptor.text, "abcd");
  EXPECT_EQ(acceptor.log, Log{});
}

TEST_F(NetworkTest, ABlockedLinkDoesNotBlockTheOtherDirection) {
  connect();
  block();

  send("x", Side::kAcceptor);
  run_for(seconds(1));

  EXPECT_EQ(dialler.text, "x");
}

TEST_F(NetworkTest, ALinkThatIsBlockedTwiceOpensWhenItIsUnblockedTwice) {
  connect();
  block();
  block();
  send("a");

  unblock();
  run_for(seconds(1));
  EXPECT_EQ(acceptor.text, "");
  EXPECT_TRUE(network->is_blocked(ServerId(1), ServerId(2)));
  unblock();
  run_for(seconds(1));

  EXPECT_EQ(acceptor.text, "a");
  EXPECT_FALSE(network->is_blocked(ServerId(1), ServerId(2)));
}

TEST_F(NetworkTest, AConnectionEndsWhenNothingGetsThroughForFiveSeconds) {
  connect();
  block();
  send("a");

  run_for(milliseconds(4'900));
  EXPECT_EQ(dialler.log, Log{});
  run_for(milliseconds(200));

  EXPECT_EQ(dialler.log, Log{"nothing gets through"});
  EXPECT_EQ(acceptor.log, Log{"nothing gets through"});
  unblock();
  run_for(seconds(1));
  EXPECT_EQ(acceptor.text, "");
}

TEST_F(NetworkTest, AnIdleConnectionOutlivesABlockedLink) {
  connect();
  block();
  run_for(seconds(60));
  unblock();

  send("a");
  run_for(seconds(1));

  EXPECT_EQ(acceptor.text, "a");
}

TEST_F(NetworkTest, WhoeverLeavesIsHeardOfAfterWhatItSent) {
  connect();
  send("last words");

  network->leave(connection, Side::kDialler);
  EXPECT_EQ(acceptor.log, Log{});
  run_for(seconds(1));

  EXPECT_EQ(acceptor.text, "last words");
  EXPECT_EQ(acceptor.log, Log{"connection closed"});
  EXPECT_EQ(dialler.log, Log{});
}

TEST_F(NetworkTest, WhoeverLeftGetsNothingMore) {
  connect();
  send("x", Side::kAcceptor);

  network->leave(connection, Side::kDialler);
  run_for(seconds(1));

  EXPECT_EQ(dialler.text, "");
}

TEST_F(NetworkTest, WhoeverLeavesBeforeItIsConnectedReachesNobody) {
  dial();
  network->leave(connection, Side::kDialler);

  run_for(seconds(5));

  EXPECT_EQ(dialler.log, Log{});
  EXPECT_EQ(acceptor.log, Log{});
}

TEST_F(NetworkTest, TheEndOfAProcessEndsItsConnections) {
  connect();
  send("a");
  two->kill();

  network->drop_process(*two);
  run_for(seconds(1));

  EXPECT_EQ(dialler.log, Log{"connection reset"});
  EXPECT_EQ(acceptor.text, "");
  EXPECT_EQ(acceptor.log, Log{});
}

TEST_F(NetworkTest, APausedProcessReadsInOrderWhenItGoesOn) {
  connect();
  two->pause(context.now() + seconds(2));
  send("a");
  run_for(seconds(1));
  send("b");

  run_for(milliseconds(900));
  EXPECT_EQ(acceptor.text, "");
  run_for(seconds(1));

  EXPECT_EQ(acceptor.text, "ab");
}

TEST_F(NetworkTest, BytesAreUnderWayUntilTheyAreRead) {
  connect();
  two->pause(context.now() + seconds(2));
  send("abc");

  run_for(seconds(1));
  EXPECT_EQ(connection->end(Side::kAcceptor).bytes_under_way, 3U);
  run_for(seconds(2));

  EXPECT_EQ(connection->end(Side::kAcceptor).bytes_under_way, 0U);
}

TEST_F(NetworkTest, AConnectionIsHeldUntilBothSidesLeft) {
  connect();
  EXPECT_EQ(network->held(), 1U);

  network->leave(connection, Side::kDialler);
  EXPECT_EQ(network->held(), 1U);
  network->leave(connection, Side::kAcceptor);

  EXPECT_EQ(network->held(), 0U);
}

/// Delays with the fault, or without.
class NetworkDelayTest : public network_fixture::NetworkFixture {
 protected:
  std::vector<Duration> measure(std::size_t sends) {
    make_network();
    dial();
    run_for(seconds(30));
    std::vector<Duration> delays;
    while (delays.size() < sends) {
      const Instant sent = context.now();
      send(".");
      while (acceptor.text.size() <= delays.size()) {
        context.timeline.run_one(sent + seconds(60));
      }
      delays.push_back(context.now() - sent);
    }
    std::sort(delays.begin(), delays.end());
    return delays;
  }
};

TEST_F(NetworkDelayTest, MostAreShort) {
  const std::vector<Duration> delays = measure(2'000);

  EXPECT_LT(delays[1'000], milliseconds(3));
  EXPECT_LT(delays.back(), milliseconds(30));
}

TEST_F(NetworkDelayTest, WithTheFaultTheyAreLongerAndSomeAreVeryLong) {
  plan.faults = {Fault::kDelay};

  const std::vector<Duration> delays = measure(2'000);

  EXPECT_GT(delays[1'000], milliseconds(3));
  EXPECT_GT(delays.back(), plan.election_timeout * 5);
}

}  // namespace buoyant::simulation::network_test
