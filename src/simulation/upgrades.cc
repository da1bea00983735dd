// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/upgrades.h"

#include <chrono>
#include <utility>

namespace buoyant::simulation {

namespace {

using std::chrono::milliseconds;

}  // namespace

Upgrades::Upgrades(ServerWorld& world, std::vector<std::unique_ptr<Server>>& servers)
    : context_(world.context),
      servers_(servers),
      random_(stream_of(world.context.plan.seed, Stream::kUpgrades)) {}

void Upgrades::start() {
  if (context_.plan.earlier == nullptr) {
    return;
  }
  const bool all = random_.chance(1, 2);
  for (const auto& server : servers_) {
    server->set_earlier(random_.chance(1, 2) || all);
  }
  const bool stays_mixed = random_.chance(1, 3);
  const std::size_t drawn = static_cast<std::size_t>(random_.below(servers_.size()));
  schedule(stays_mixed ? drawn : servers_.size());
}

void Upgrades::schedule(std::size_t steps) {
  std::vector<Server*> order;
  for (const auto& server : servers_) {
    order.push_back(server.get());
  }
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[static_cast<std::size_t>(random_.below(i))]);
  }
  Duration at(0);
  for (std::size_t i = 0; i < steps; ++i) {
    // All of them within the time of the faults.
    at += random_.between(Duration(0), context_.plan.faulty / static_cast<std::int64_t>(steps));
    const bool returns = random_.chance(1, 6);
    const Duration tried = random_.between(milliseconds(10), context_.plan.faulty / 4);
    context_.timeline.post(at, [this, server = order[i]] { change(*server, false); });
    if (returns) {
      context_.timeline.post(at + tried, [this, server = order[i]] { change(*server, true); });
    }
  }
}

void Upgrades::change(Server& server, bool earlier) {
  const bool closes = random_.chance(2, 3);
  const Duration pause = random_.between(milliseconds(1), context_.plan.election_timeout * 2);
  if (!context_.faulty || server.is_retired() || server.is_earlier() == earlier) {
    return;
  }
  context_.record(server.id(), "release", {earlier ? 1U : 0U},
                  [&] { return earlier ? context_.plan.earlier->name : std::string("present"); });
  ++context_.totals.upgrades;
  server.set_earlier(earlier);
  // One that is down comes back by itself.
  if (closes) {
    server.close(pause);
  } else {
    server.crash("for another release");
    server.start_later(pause);
  }
}

}  // namespace buoyant::simulation
