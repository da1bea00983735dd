// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/server.h"

#include "tests/simulation/cluster_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace buoyant::simulation::server_test {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A cluster of one.
class SimulatedServerTest : public ClusterFixture {
 protected:
  void SetUp() override { make_servers(1); }

  void start_and_lead() {
    server(1).start();
    run_for(seconds(5));
    ASSERT_EQ(leader(), &server(1));
  }

  bool leads() { return leader() != nullptr; }

  /// Proposes `text`; what is said about it goes to `outcome`.
  void propose(const std::string& text) {
    auto call = server(1).calls()->begin("propose");
    const Result<void> accepted =
        server(1).node().propose(Bytes::copy_of(text), [this, call](const Result<Applied>& said) {
          call->called_back();
          outcome = said ? Outcome::kCommitted : said.error().outcome();
        });
    ASSERT_TRUE(accepted.has_value());
    call->accepted();
  }

  std::optional<Outcome> outcome;
};

TEST_F(SimulatedServerTest, AServerAloneBootstrapsAndLeads) {
  server(1).start();
  EXPECT_TRUE(server(1).is_running());

  run_for(seconds(5));

  EXPECT_TRUE(leads());
  EXPECT_EQ(server(1).standing().term, Term(2));
  EXPECT_EQ(server(1).disk().last().index, Index(2));
  EXPECT_GT(server(1).turns(), 0U);
  EXPECT_EQ(violated(), "");
}

TEST_F(SimulatedServerTest, StartingItTwiceStartsItOnce) {
  server(1).start();
  const Process* process = server(1).process().get();

  server(1).start();
  run_for(seconds(1));

  EXPECT_EQ(server(1).process().get(), process);
  EXPECT_EQ(server(1).process()->start(), 1U);
}

TEST_F(SimulatedServerTest, WhatWasCommittedSurvivesACrash) {
  start_and_lead();
  propose("put k v");
  run_for(seconds(1));
  ASSERT_EQ(outcome, Outcome::kCommitted);

  server(1).crash("for the test");
  server(1).start_later(seconds(1));
  run_for(seconds(5));

  EXPECT_TRUE(leads());
  EXPECT_EQ(server(1).process()->start(), 2U);
  EXPECT_EQ(ledger.commands(), 1U);
  EXPECT_GE(server(1).node().status().applied, Index(3));
  EXPECT_EQ(violated(), "");
}

TEST_F(SimulatedServerTest, ACrashIsSeenAtOnceAndBuriedAfterwards) {
  start_and_lead();
  const ProcessPointer process = server(1).process();

  server(1).crash("for the test");
  EXPECT_FALSE(process->is_alive());
  run_for(milliseconds(1));

  EXPECT_FALSE(server(1).is_running());
  EXPECT_EQ(server(1).process(), nullptr);
  EXPECT_EQ(context.totals.crashes, 1U);
  EXPECT_EQ(violated(), "");
}

TEST_F(SimulatedServerTest, WhoeverIsDownDoesNotCrash) {
  server(1).crash("for the test");

  EXPECT_EQ(context.totals.crashes, 0U);
}

TEST_F(SimulatedServerTest, OpenCallsEndWithTheProcess) {
  start_and_lead();
  server(1).stick(true);
  propose("put k v");
  run_for(milliseconds(1));

  server(1).crash("for the test");
  run_for(milliseconds(1));

  EXPECT_EQ(outcome, Outcome::kUnknown);
  EXPECT_EQ(violated(), "");
}

TEST_F(SimulatedServerTest, ACallThatIsNeverCalledBackIsFoundAtTheEnd) {
  start_and_lead();
  server(1).calls()->begin("nothing")->accepted();

  server(1).crash("for the test");
  run_for(milliseconds(1));

  EXPECT_EQ(violated(), "callback_once");
}

TEST_F(SimulatedServerTest, ClosingItLeavesNothingAndItStartsAgain) {
  start_and_lead();

  server(1).close(seconds(1));
  run_for(milliseconds(900));
  EXPECT_EQ(server(1).process(), nullptr);
  run_for(seconds(5));

  EXPECT_TRUE(leads());
  EXPECT_EQ(server(1).process()->start(), 2U);
  EXPECT_EQ(violated(), "");
}

TEST_F(SimulatedServerTest, ClosedForGoodItStaysDown) {
  start_and_lead();

  server(1).close(std::nullopt);
  run_for(seconds(60));

  EXPECT_EQ(server(1).process(), nullptr);
  EXPECT_EQ(network->held(), 0U);
  EXPECT_EQ(violated(), "");
}

TEST_F(SimulatedServerTest, ACloseThatDoesNotEndIsFound) {
  start_and_lead();
  server(1).close(std::nullopt);

  // Its own turns do not come any more, but its time goes on.
  server(1).process()->pause(context.now() + seconds(40));
  run_for(seconds(40) + milliseconds(1));

  EXPECT_EQ(violated(), "closes");
}

TEST_F(SimulatedServerTest, ACrashAtAnyMomentOfACloseIsRight) {
  for (int events = 0; events < 30; ++events) {
    server(1).start();
    run_for(seconds(2));
    server(1).close(std::nullopt);
    for (int i = 0; i < events; ++i) {
      context.timeline.run_one(context.now() + milliseconds(1));
    }
    server(1).crash("while it closes");
    run_for(seconds(1));
  }

  EXPECT_EQ(violated(), "");
  EXPECT_GT(context.totals.crashes, 3U);
}

TEST_F(SimulatedServerTest, ACrashOfAProcessThatStandsStillInACloseIsRight) {
  for (int events = 0; events < 30; ++events) {
    server(1).start();
    run_for(seconds(2));
    server(1).close(std::nullopt);
    for (int i = 0; i < events; ++i) {
      context.timeline.run_one(context.now() + milliseconds(1));
    }
    if (server(1).process() != nullptr) {
      server(1).process()->pause(context.now() + seconds(9));
    }
    run_for(seconds(1));
    server(1).crash("while it closes");
    run_for(seconds(10));
  }

  EXPECT_EQ(violated(), "");
  EXPECT_GT(context.totals.crashes, 3U);
}

TEST_F(SimulatedServerTest, WhoeverIsRetiredDoesNotStart) {
  server(1).retire();

  server(1).start();
  server(1).start_later(seconds(1));
  run_for(seconds(5));

  EXPECT_FALSE(server(1).is_running());
}

TEST_F(SimulatedServerTest, ATrapCrashesItBeforeAVoteIsWritten) {
  server(1).set_trap({.moment = WriteMoment::kSubmitted, .kind = WriteTrap::Kind::kVote});
  server(1).start();

  while (context.totals.crashes == 0) {
    ASSERT_TRUE(context.timeline.run_one(Instant(seconds(60))));
  }

  EXPECT_EQ(server(1).disk().vote_in(Term(2)), ServerId());
  run_for(seconds(10));
  EXPECT_TRUE(leads());
  EXPECT_EQ(violated(), "");
}

TEST_F(SimulatedServerTest, ATrapCrashesItAfterAVoteIsWritten) {
  server(1).set_trap({.moment = WriteMoment::kDurable, .kind = WriteTrap::Kind::kVote});
  server(1).start();

  while (context.totals.crashes == 0) {
    ASSERT_TRUE(context.timeline.run_one(Instant(seconds(60))));
  }

  EXPECT_EQ(server(1).disk().vote_in(Term(2)), ServerId(1));
  EXPECT_NE(server(1).standing().role, core::Role::kLeader);
  run_for(seconds(10));
  EXPECT_TRUE(leads());
  EXPECT_EQ(violated(), "");
}

TEST_F(SimulatedServerTest, ATrapForAnotherKindOfWriteDoesNotStrike) {
  server(1).set_trap({.moment = WriteMoment::kDurable, .kind = WriteTrap::Kind::kTruncation});

  start_and_lead();

  EXPECT_EQ(context.totals.crashes, 0U);
}

TEST_F(SimulatedServerTest, AStuckDiskHoldsItUntilItGoesOn) {
  server(1).stick(true);
  server(1).start();
  run_for(seconds(5));
  EXPECT_FALSE(leads());

  server(1).stick(false);
  run_for(seconds(5));

  EXPECT_TRUE(leads());
  EXPECT_EQ(violated(), "");
}

TEST_F(SimulatedServerTest, AFullDiskHoldsItUntilThereIsSpace) {
  server(1).disk().full = true;
  server(1).start();
  run_for(seconds(5));
  EXPECT_FALSE(leads());

  server(1).disk().full = false;
  run_for(seconds(10));

  EXPECT_TRUE(leads());
  EXPECT_EQ(violated(), "");
}

TEST_F(SimulatedServerTest, AfterAFailedWriteAnOperatorStartsItAgain) {
  start_and_lead();
  server(1).disk().fail_next_write = false;
  propose("put k v");

  run_for(seconds(10));

  EXPECT_EQ(outcome, Outcome::kUnknown);
  EXPECT_EQ(server(1).process()->start(), 2U);
  EXPECT_TRUE(leads());
  EXPECT_EQ(violated(), "");
}

class SimulatedClusterTest : public ClusterFixture {};

TEST_F(SimulatedClusterTest, ThreeServersElectOneAndFollowIt) {
  make_servers(3);
  start_all();

  run_for(seconds(10));

  ASSERT_NE(leader(), nullptr);
  EXPECT_EQ(context.totals.elections, 1U);
  EXPECT_EQ(server(1).standing().leader, leader()->id());
  EXPECT_EQ(server(2).standing().leader, leader()->id());
  EXPECT_EQ(server(3).standing().leader, leader()->id());
  EXPECT_EQ(violated(), "");
}

TEST_F(SimulatedClusterTest, ClocksDifferOnlyWithTheFault) {
  make_servers(3);
  start_all();
  run_for(seconds(1));
  const Instant first = context.now();

  // Where they start is their own affair; how fast they are is the fault.
  EXPECT_EQ(server(1).process()->clock().local(first + seconds(100)) -
                server(1).process()->clock().local(first),
            seconds(100));
}

TEST_F(SimulatedClusterTest, WithClocksTheyRunAtDifferentSpeeds) {
  plan.faults = {Fault::kClocks};
  make_servers(2);
  start_all();
  const auto shown = [&](std::uint64_t id) {
    const Clock& clock = server(id).process()->clock();
    return clock.local(context.now() + seconds(100)) - clock.local(context.now());
  };

  EXPECT_NE(shown(1), seconds(100));
  EXPECT_NE(shown(1), shown(2));
}

}  // namespace buoyant::simulation::server_test
