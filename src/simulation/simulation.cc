// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/simulation/simulation.h"

#include "buoyant/base/assert.h"
#include "simulation/world.h"

#include <utility>

namespace buoyant::simulation {

Totals& Totals::operator+=(const Totals& other) noexcept {
  seeds += other.seeds;
  events += other.events;
  simulated += other.simulated;
  frames += other.frames;
  writes += other.writes;
  elections += other.elections;
  crashes += other.crashes;
  upgrades += other.upgrades;
  snapshots += other.snapshots;
  installs += other.installs;
  committed += other.committed;
  reads += other.reads;
  sessions += other.sessions;
  repeats += other.repeats;
  expired += other.expired;
  refused += other.refused;
  unknown += other.unknown;
  undecided += other.undecided;
  return *this;
}

std::string Report::describe() const {
  const std::string run = "seed " + std::to_string(plan.seed) + ", " +
                          std::to_string(plan.servers) + " servers, faults " + plan.faults.text() +
                          (plan.earlier != nullptr ? ", upgraded from " + plan.earlier->name : "");
  if (passed()) {
    return run + ": nothing wrong";
  }
  const std::int64_t ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(violation->at.since_start()).count();
  return run + ": " + violation->check + " after " + std::to_string(ms) +
         " ms: " + violation->text + "\nrepeat it with: " + command() +
         "\nlook at it with: " + command() + " --html run.html";
}

std::string Report::command() const {
  return "buoyant-sim --seed " + std::to_string(plan.seed) + " --faults " + plan.faults.text() +
         (plan.earlier != nullptr ? " --mixed-versions" : "");
}

Report run(const Plan& plan, Workload& workload, const TraceSink& trace) {
  BUOYANT_ASSERT(plan.servers > 0 && plan.servers <= kMembersMax);
  BUOYANT_ASSERT(plan.clients > 0);
  World world(plan, workload, trace);
  return world.run();
}

Report run_seeds(std::uint64_t first, std::uint64_t count, const WorkloadFactory& make_workload) {
  Totals totals;
  Report report;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const std::unique_ptr<Workload> workload = make_workload();
    report = run(draw_plan(seed), *workload);
    totals += report.totals;
    if (!report.passed()) {
      break;
    }
  }
  report.totals = totals;
  return report;
}

Report shrink(const Plan& plan, const WorkloadFactory& make_workload) {
  const auto fails = [&](const Plan& candidate) {
    const std::unique_ptr<Workload> workload = make_workload();
    return run(candidate, *workload);
  };
  Report smallest = fails(plan);
  BUOYANT_ASSERT(!smallest.passed());
  bool smaller = true;
  while (std::exchange(smaller, false)) {
    for (const Fault fault : smallest.plan.faults.list()) {
      Plan candidate = smallest.plan;
      candidate.faults.remove(fault);
      if (Report report = fails(candidate); !report.passed()) {
        smallest = std::move(report);
        smaller = true;
      }
    }
  }
  return smallest;
}

}  // namespace buoyant::simulation
