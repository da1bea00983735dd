// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Simulation: a cluster of real nodes on a loop, a network, disks and clocks that are not real.
///
/// One seed, one run: the same seed gives the same run on every machine and with every compiler,
/// so that what happened once can be looked at again. The nodes, the core, the codec and the
/// bytes of the frames are those of production; time, sockets and disks are simulated, with the
/// faults that the plan names. After every event the properties of Figure 3.2 and ours are
/// checked (docs/TESTING.md has the list); at the end everything is healed, and the cluster must
/// make progress and come to rest.
///
///   TEST(Counter, SurvivesTheSimulation) {
///     const auto report = buoyant::simulation::run_seeds(
///         1, 100, [] { return std::make_unique<CounterWorkload>(); });
///     EXPECT_TRUE(report.passed()) << report.describe();
///   }
#pragma once

#include "buoyant/base/export.h"
#include "buoyant/base/time.h"
#include "buoyant/simulation/plan.h"
#include "buoyant/simulation/trace.h"
#include "buoyant/simulation/workload.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace buoyant::simulation {

/// What was found to be wrong.
struct Violation {
  /// The name of the check, static: "election_safety". docs/TESTING.md says what each looks at.
  const char* check = "";
  /// What it saw.
  std::string text;
  /// In simulated time.
  Instant at;
};

/// How much happened in a run, or in several.
struct BUOYANT_EXPORT Totals {
  std::uint64_t seeds = 0;
  std::uint64_t events = 0;
  Duration simulated{0};
  std::uint64_t frames = 0;
  std::uint64_t writes = 0;
  std::uint64_t elections = 0;  ///< Leaders that were elected.
  std::uint64_t crashes = 0;
  std::uint64_t upgrades = 0;   ///< Servers that went on as another release.
  std::uint64_t snapshots = 0;  ///< That were taken.
  std::uint64_t installs = 0;   ///< Snapshots that state machines took in.
  std::uint64_t committed = 0;  ///< Calls of clients.
  std::uint64_t reads = 0;      ///< That were answered without the log.
  std::uint64_t sessions = 0;   ///< That clients opened.
  std::uint64_t repeats = 0;    ///< Commands that a server had applied already, and answered again.
  std::uint64_t expired = 0;    ///< Calls that met an expired session.
  std::uint64_t refused = 0;
  std::uint64_t unknown = 0;
  /// Parts of histories that the judge gave up on.
  std::uint64_t undecided = 0;

  Totals& operator+=(const Totals& other) noexcept;
};

/// What became of a run, or of several up to the first that failed.
struct BUOYANT_EXPORT Report {
  /// The plan that failed, or the last one that passed.
  Plan plan;
  std::optional<Violation> violation;
  /// Of everything that happened in this plan's run: equal for equal plans, everywhere.
  std::uint64_t hash = 0;
  Totals totals;

  [[nodiscard]] bool passed() const noexcept { return !violation.has_value(); }

  /// In words, with what repeats the run.
  [[nodiscard]] std::string describe() const;

  /// What repeats the run of the key-value workload: "buoyant-sim --seed 1 --faults loss".
  [[nodiscard]] std::string command() const;
};

/// Runs one plan. `trace`, if any, hears everything that happens, in order.
[[nodiscard]] BUOYANT_EXPORT Report run(const Plan& plan, Workload& workload,
                                        const TraceSink& trace = nullptr);

using WorkloadFactory = std::function<std::unique_ptr<Workload>()>;

/// Runs the plans of `count` seeds from `first` on, until one fails. One thread.
[[nodiscard]] BUOYANT_EXPORT Report run_seeds(std::uint64_t first, std::uint64_t count,
                                              const WorkloadFactory& make_workload);

/// Takes faults away from a plan that fails for as long as it still fails; gives the report of
/// the smallest plan that was found. Requires: the plan fails.
[[nodiscard]] BUOYANT_EXPORT Report shrink(const Plan& plan, const WorkloadFactory& make_workload);

}  // namespace buoyant::simulation
