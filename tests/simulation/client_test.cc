// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/client.h"

#include "tests/simulation/cluster_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>

namespace buoyant::simulation::client_test {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// One server, and two clients that hurry.
class ClientsTest : public ClusterFixture {
 protected:
  void SetUp() override {
    plan.clients = 2;
    plan.think = milliseconds(20);
    make_servers(1);
    clients = std::make_unique<Clients>(*world, servers);
  }

  void start_server() {
    server(1).start();
    run_for(seconds(5));
    ASSERT_NE(leader(), nullptr);
  }

  /// Clients who look into a ledger of their own, in which nothing is.
  void believe_in_an_empty_ledger() {
    other_world = std::make_unique<ServerWorld>(ServerWorld{.context = context,
                                                            .network = *network,
                                                            .promises = promises,
                                                            .ledger = empty_ledger,
                                                            .replies = replies,
                                                            .workload = workload,
                                                            .members = members,
                                                            .everybody = members});
    clients = std::make_unique<Clients>(*other_world, servers);
  }

  static std::size_t unknown(const History& history) {
    return static_cast<std::size_t>(
        std::count_if(history.begin(), history.end(),
                      [](const Operation& operation) { return !operation.reply.has_value(); }));
  }

  Ledger empty_ledger{context, disks};
  std::unique_ptr<ServerWorld> other_world;
  std::unique_ptr<Clients> clients;
};

TEST_F(ClientsTest, WhatIsCommittedIsInTheHistoryWithItsReplyAndPlace) {
  start_server();
  clients->start();
  run_for(seconds(5));

  const History history = clients->take_history();

  EXPECT_GT(history.size(), 50U);
  EXPECT_EQ(unknown(history), clients->waiting());
  EXPECT_EQ(history.size() - unknown(history), context.totals.committed + context.totals.reads);
  std::set<Index> places;
  for (const Operation& operation : history) {
    places.insert(operation.position.index);
    EXPECT_LE(operation.invoked, operation.returned);
  }
  EXPECT_GE(places.size(), context.totals.committed);
  EXPECT_EQ(violated(), "");
}

TEST_F(ClientsTest, WhoListensHearsWhenEachCallBeginsAndEnds) {
  start_server();
  std::map<std::uint64_t, std::uint64_t> open;
  std::size_t answered = 0;
  sink = [&](const TraceEvent& event) {
    const std::string_view what = event.what;
    if (what == "call") {
      EXPECT_EQ(++open[event.numbers.at(0)], 1U);
    } else if (what == "returned") {
      EXPECT_EQ(--open[event.numbers.at(0)], 0U);
      answered += event.numbers.at(1) == 0 ? 1U : 0U;
    }
  };

  clients->start();
  run_for(seconds(2));

  EXPECT_EQ(open.size(), 2U);
  EXPECT_GT(answered, 20U);
}

TEST_F(ClientsTest, TheHistoryIsInTheOrderOfItsCalls) {
  start_server();
  clients->start();
  run_for(seconds(5));

  const History history = clients->take_history();

  EXPECT_TRUE(std::is_sorted(
      history.begin(), history.end(),
      [](const auto& left, const auto& right) { return left.invoked < right.invoked; }));
}

TEST_F(ClientsTest, WhenTheyStopNobodyBeginsAnythingNew) {
  start_server();
  clients->start();
  run_for(seconds(2));

  clients->stop();
  run_for(seconds(5));
  const std::uint64_t committed = context.totals.committed;
  run_for(seconds(5));

  EXPECT_EQ(clients->waiting(), 0U);
  EXPECT_EQ(context.totals.committed, committed);
}

TEST_F(ClientsTest, WithoutAServerNothingIsInTheHistory) {
  clients->start();
  run_for(seconds(20));
  clients->stop();
  run_for(seconds(20));

  EXPECT_EQ(clients->waiting(), 0U);
  EXPECT_EQ(clients->take_history().size(), 0U);
  EXPECT_EQ(violated(), "");
}

TEST_F(ClientsTest, CallsThatACrashEndsAreUnknown) {
  start_server();
  clients->start();
  run_for(seconds(1));
  server(1).stick(true);
  // Reads go on while the disk is stuck, until each client has proposed something.
  run_for(milliseconds(400));
  ASSERT_EQ(clients->waiting(), 2U);
  clients->stop();

  server(1).crash("for the test");
  server(1).stick(false);
  run_for(seconds(10));

  EXPECT_EQ(context.totals.unknown, 2U);
  EXPECT_EQ(unknown(clients->take_history()) - clients->waiting(), 2U);
  EXPECT_EQ(violated(), "");
}

TEST_F(ClientsTest, ACallThatIsStillOpenAtTheEndIsUnknown) {
  start_server();
  server(1).stick(true);
  clients->start();
  run_for(milliseconds(500));
  ASSERT_EQ(clients->waiting(), 2U);

  const History history = clients->take_history();

  EXPECT_EQ(history.size(), context.totals.unknown + 2);
  EXPECT_EQ(unknown(history), history.size());
}

TEST_F(ClientsTest, AnAcknowledgementThatIsNotInTheLedgerIsFound) {
  start_server();
  believe_in_an_empty_ledger();

  clients->start();
  run_for(seconds(1));

  EXPECT_EQ(violated(), "acknowledged_committed");
}

TEST_F(ClientsTest, AnAcknowledgementAfterTheClientGaveUpIsCheckedToo) {
  start_server();
  believe_in_an_empty_ledger();
  server(1).disk().write_time = milliseconds(300);
  // Those who are patient wait for twelve of these.
  plan.election_timeout = milliseconds(1);
  clients->start();
  while (clients->waiting() == 0) {
    context.timeline.run_one(context.now() + seconds(1));
  }
  clients->stop();
  run_for(milliseconds(50));
  ASSERT_EQ(context.totals.unknown, 1U);
  EXPECT_EQ(violated(), "");

  run_for(seconds(5));

  EXPECT_EQ(violated(), "acknowledged_committed");
}

TEST_F(ClientsTest, ACallThroughAServerIsCommitted) {
  start_server();
  std::optional<bool> committed;

  EXPECT_TRUE(clients->call_through(
      server(1), [&](Outcome what) { committed = what == Outcome::kCommitted; }));
  EXPECT_FALSE(committed.has_value());
  run_for(seconds(1));

  EXPECT_EQ(committed, true);
  EXPECT_EQ(clients->take_history().size(), 1U);
  EXPECT_EQ(ledger.commands(), 1U);
}

TEST_F(ClientsTest, ACallThroughAServerThatIsNotReadyIsRefused) {
  server(1).start();

  EXPECT_FALSE(clients->call_through(server(1), [](Outcome /*what*/) {}));

  EXPECT_EQ(clients->take_history().size(), 0U);
}

TEST_F(ClientsTest, ReadsAreAnsweredFromTheMemoryOfAServer) {
  start_server();
  clients->start();
  run_for(seconds(5));

  EXPECT_GT(context.totals.reads, 20U);
  const History history = clients->take_history();
  const auto from_memory =
      std::count_if(history.begin(), history.end(), [](const Operation& operation) {
        return operation.reply.has_value() && !operation.position.index.is_set();
      });
  EXPECT_EQ(static_cast<std::uint64_t>(from_memory), context.totals.reads);
  EXPECT_EQ(violated(), "");
}

TEST_F(ClientsTest, AReadThroughAServerIsAnswered) {
  start_server();
  bool answered = false;

  ASSERT_TRUE(clients->read_through(server(1), [&](bool is_answered) { answered = is_answered; }));
  run_for(seconds(1));

  EXPECT_TRUE(answered);
}

}  // namespace buoyant::simulation::client_test
