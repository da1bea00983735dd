// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Clients that number their commands. What others do is in client_test.cc.

#include "simulation/client.h"
#include "simulation/draw.h"
#include "tests/simulation/cluster_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace buoyant::simulation::client_session_test {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// One server, and clients that hurry.
class ClientSessionTest : public ClusterFixture {
 protected:
  ClientSessionTest() {
    plan.think = milliseconds(20);
    plan.seed = 1;
    while (!has_sessions(1) || !has_sessions(2)) {
      ++plan.seed;
    }
  }

  /// As clients draw it.
  [[nodiscard]] bool has_sessions(std::uint64_t client) const {
    return stream_of(plan.seed, Stream::kSessions, client).chance(2, 3);
  }

  void start(std::size_t count, const SessionOptions& options = {}) {
    plan.clients = count;
    sessions = std::make_shared<ExactlyOnce>(context, options);
    make_servers(1);
    clients = std::make_unique<Clients>(*world, servers);
    server(1).start();
    run_for(seconds(5));
    ASSERT_NE(leader(), nullptr);
    clients->start();
  }

  /// Requires: all reads are answered from the memory of a server or by the log.
  static std::ptrdiff_t unknown(const History& history) {
    return std::count_if(history.begin(), history.end(),
                         [](const Operation& operation) { return !operation.reply.has_value(); });
  }

  void stop() {
    clients->stop();
    run_for(seconds(10));
    ASSERT_EQ(clients->waiting(), 0U);
  }

  std::unique_ptr<Clients> clients;
};

TEST_F(ClientSessionTest, ItsCommandsAreCommittedWithTheRepliesOfTheUsersStateMachine) {
  start(2);
  run_for(seconds(5));
  stop();

  EXPECT_GE(context.totals.sessions, 2U);
  EXPECT_GT(context.totals.committed, 50U);
  EXPECT_EQ(context.totals.expired, 0U);
  const History history = clients->take_history();
  EXPECT_EQ(workload.judge(history), std::nullopt);
  EXPECT_EQ(violated(), "");
}

TEST_F(ClientSessionTest, WhatACrashMadeUnknownIsSentAgainUntilItIsCertain) {
  start(2);
  for (int round = 0; round < 10; ++round) {
    run_for(milliseconds(300));
    server(1).stick(true);
    run_for(milliseconds(100));
    server(1).crash("for the test");
    server(1).stick(false);
    server(1).start_later(milliseconds(100));
    run_for(seconds(3));
  }
  stop();

  EXPECT_GT(context.totals.repeats, 0U);
  EXPECT_EQ(context.totals.unknown, 0U);
  const History history = clients->take_history();
  EXPECT_EQ(unknown(history), 0);
  EXPECT_EQ(workload.judge(history), std::nullopt);
  EXPECT_EQ(violated(), "");
}

TEST_F(ClientSessionTest, WhoseSessionExpiredOpensAnotherOne) {
  start(2, {.sessions_max = 1});
  run_for(seconds(10));
  stop();

  EXPECT_GT(context.totals.expired, 5U);
  EXPECT_GT(context.totals.sessions, 5U);
  EXPECT_GT(context.totals.committed, 10U);
  EXPECT_EQ(workload.judge(clients->take_history()), std::nullopt);
  EXPECT_EQ(violated(), "");
}

TEST_F(ClientSessionTest, ACallThatIsStillOpenWhenTheyStopIsUnknown) {
  start(1);
  run_for(seconds(2));
  server(1).stick(true);
  run_for(milliseconds(500));
  ASSERT_EQ(clients->waiting(), 1U);

  stop();

  EXPECT_EQ(context.totals.unknown, 1U);
  EXPECT_EQ(unknown(clients->take_history()), 1);
}

TEST_F(ClientSessionTest, AnotherReplyThanTheOneThatWasGivenIsFound) {
  start(1);
  run_for(milliseconds(500));
  ASSERT_GT(context.totals.sessions, 0U);
  EXPECT_EQ(violated(), "");
  for (std::uint64_t session = 1; session <= 100; ++session) {
    for (std::uint64_t sequence = 100; sequence <= 200; ++sequence) {
      sessions->check_reply(SessionId(session), sequence, Bytes::copy_of("no such reply"));
    }
  }

  run_for(seconds(20));

  EXPECT_EQ(violated(), "exactly_once");
}

TEST_F(ClientSessionTest, ACallByNobodyIsOutsideOfSessions) {
  start(1);
  stop();
  bool is_committed = false;

  EXPECT_TRUE(clients->call_through(
      server(1), [&](Outcome what) { is_committed = what == Outcome::kCommitted; }));
  run_for(seconds(1));

  EXPECT_TRUE(is_committed);
  EXPECT_EQ(workload.judge(clients->take_history()), std::nullopt);
  EXPECT_EQ(violated(), "");
}

}  // namespace buoyant::simulation::client_session_test
