// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Whole runs: that a seed repeats itself, that right clusters pass, and that planted mistakes are
// found. The bugs of Raft itself that the simulation must find are in tests/sim/mutants.

#include "buoyant/simulation/simulation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::simulation::simulation_test {

/// None of the clients of seed 8 gives up before there is a leader: those of 7, by a draw of little
/// patience, do.
Plan plan_with(FaultSet faults, std::uint64_t seed = 8) {
  Plan plan = draw_plan(seed);
  plan.servers = 3;
  plan.clients = 3;
  plan.think = std::chrono::milliseconds(50);
  plan.faults = faults;
  return plan;
}

Report run_key_values(const Plan& plan, const TraceSink& trace = nullptr) {
  KeyValueWorkload workload;
  return run(plan, workload, trace);
}

/// Counts commands; what it does wrong is up to the test.
class Counter final : public StateMachine {
 public:
  explicit Counter(std::uint64_t first) : count_(first) {}

  void apply(std::vector<Command> commands, ApplyDone done) noexcept override {
    std::vector<Bytes> replies;
    for (std::size_t i = 0; i < commands.size(); ++i) {
      replies.push_back(Bytes::copy_of(std::to_string(++count_)));
    }
    done(std::move(replies));
  }

 private:
  std::uint64_t count_;
};

class CounterWorkload final : public Workload {
 public:
  /// The value from which the k-th machine that is made starts.
  using FirstValue = std::uint64_t (*)(std::uint64_t made);

  explicit CounterWorkload(FirstValue first) : first_(first) {}

  std::unique_ptr<StateMachine> make_state_machine() override {
    return std::make_unique<Counter>(first_(made_++));
  }

  Bytes next_command(std::uint64_t client, Random& /*random*/) override {
    return Bytes::copy_of(std::to_string(client) + ":" + std::to_string(++commands_));
  }

  std::optional<std::string> judge(const History& history) override {
    committed = history.size();
    return verdict;
  }

  std::optional<std::string> verdict;
  std::size_t committed = 0;

 private:
  FirstValue first_;
  std::uint64_t made_ = 0;
  std::uint64_t commands_ = 0;
};

std::uint64_t always_zero(std::uint64_t /*made*/) {
  return 0;
}

/// Right as long as no server starts again but at the end of the run, when all three do.
std::uint64_t wrong_after_a_restart(std::uint64_t made) {
  return made < 6 ? 0 : 1000;
}

TEST(SimulationTest, OnePlanGivesOneRun) {
  const Report first = run_key_values(draw_plan(11));
  const Report again = run_key_values(draw_plan(11));

  EXPECT_TRUE(first.passed()) << first.describe();
  EXPECT_EQ(first.hash, again.hash);
  EXPECT_EQ(first.totals.events, again.totals.events);
}

TEST(SimulationTest, AnotherSeedGivesAnotherRun) {
  EXPECT_NE(run_key_values(plan_with({}, 1)).hash, run_key_values(plan_with({}, 2)).hash);
}

TEST(SimulationTest, ListeningDoesNotChangeTheRun) {
  std::vector<TraceEvent> events;

  const Report heard = run_key_values(plan_with({Fault::kCrash, Fault::kLoss}),
                                      [&](const TraceEvent& event) { events.push_back(event); });

  EXPECT_EQ(heard.hash, run_key_values(plan_with({Fault::kCrash, Fault::kLoss})).hash);
  EXPECT_GT(events.size(), 1000U);
}

TEST(SimulationTest, AHealthyClusterCommitsWhatItIsAsked) {
  const Report report = run_key_values(plan_with({}));

  EXPECT_TRUE(report.passed()) << report.describe();
  EXPECT_GT(report.totals.committed, 100U);
  EXPECT_EQ(report.totals.unknown, 0U);
  // The first one, one for each server that leadership is handed to, and one after all three were
  // started again at the end.
  EXPECT_EQ(report.totals.elections, 5U);
  EXPECT_EQ(report.totals.crashes, 3U);
}

TEST(SimulationTest, FaultsHappenWhenThePlanHasThem) {
  std::set<std::string> seen;
  Plan plan = plan_with({Fault::kCrash, Fault::kPause, Fault::kPartition, Fault::kStuckDisk});
  plan.faulty = std::chrono::seconds(30);
  const Report report =
      run_key_values(plan, [&](const TraceEvent& event) { seen.insert(event.what); });

  EXPECT_TRUE(report.passed()) << report.describe();
  for (const char* what : {"crash", "pause", "block", "stuck_disk"}) {
    EXPECT_TRUE(seen.contains(what)) << what;
  }
}

TEST(SimulationTest, SnapshotsAreTakenAndInstalled) {
  Plan plan = plan_with({Fault::kSnapshots, Fault::kPartition, Fault::kCrash});
  plan.faulty = std::chrono::seconds(30);

  const Report report = run_key_values(plan);

  EXPECT_TRUE(report.passed()) << report.describe();
  EXPECT_GT(report.totals.snapshots, 0U);
  EXPECT_GT(report.totals.installs, 0U);
}

TEST(SimulationTest, AStateMachineThatIsRightPasses) {
  CounterWorkload workload(always_zero);

  const Report report = run(plan_with({Fault::kCrash, Fault::kRestart}), workload);

  EXPECT_TRUE(report.passed()) << report.describe();
  EXPECT_GT(workload.committed, 50U);
}

TEST(SimulationTest, AStateMachineThatDiffersBetweenServersIsFound) {
  CounterWorkload workload([](std::uint64_t made) { return made; });

  const Report report = run(plan_with({}), workload);

  ASSERT_FALSE(report.passed());
  EXPECT_STREQ(report.violation->check, "same_replies");
}

TEST(SimulationTest, WhatTheUsersJudgeSaysIsReported) {
  CounterWorkload workload(always_zero);
  workload.verdict = "not to my taste";

  const Report report = run(plan_with({}), workload);

  ASSERT_FALSE(report.passed());
  EXPECT_STREQ(report.violation->check, "history");
  EXPECT_EQ(report.violation->text, "not to my taste");
}

TEST(SimulationTest, AFailureSaysHowToRepeatIt) {
  CounterWorkload workload([](std::uint64_t made) { return made; });

  const std::string text = run(plan_with({Fault::kDelay}, 42), workload).describe();

  EXPECT_NE(text.find("same_replies"), std::string::npos) << text;
  EXPECT_NE(text.find("repeat it with: buoyant-sim --seed 42 --faults delay\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("look at it with: buoyant-sim --seed 42 --faults delay --html run.html"),
            std::string::npos)
      << text;
}

TEST(SimulationTest, ShrinkingLeavesTheFaultsThatMatter) {
  const Plan plan = plan_with({Fault::kDelay, Fault::kLoss, Fault::kCrash, Fault::kPause,
                               Fault::kSlowDisk, Fault::kFragments});

  const Report report =
      shrink(plan, [] { return std::make_unique<CounterWorkload>(wrong_after_a_restart); });

  ASSERT_FALSE(report.passed());
  EXPECT_EQ(report.plan.faults, FaultSet({Fault::kCrash})) << report.describe();
}

TEST(SimulationTest, SeedsRunUntilOneFails) {
  std::uint64_t made = 0;

  const Report report = run_seeds(1, 20, [&]() -> std::unique_ptr<Workload> {
    auto workload = std::make_unique<CounterWorkload>(always_zero);
    if (++made == 3) {
      workload->verdict = "the third one";
    }
    return workload;
  });

  EXPECT_EQ(report.plan.seed, 3U);
  EXPECT_EQ(report.totals.seeds, 3U);
  ASSERT_FALSE(report.passed());
  EXPECT_EQ(report.violation->text, "the third one");
}

}  // namespace buoyant::simulation::simulation_test
