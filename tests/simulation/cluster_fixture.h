// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A cluster of simulated servers without a course of events: the tests give it one.
#pragma once

#include "simulation/server.h"
#include "tests/simulation/run_fixture.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::simulation {

class ClusterFixture : public RunFixture {
 protected:
  ClusterFixture() {
    plan.seed = 5;
    plan.election_timeout = std::chrono::milliseconds(200);
    plan.heartbeat_interval = std::chrono::milliseconds(20);
  }

  ~ClusterFixture() override {
    // They speak to the rest of the world while they end.
    servers.clear();
  }

  /// Requires: the plan is what it is to be.
  void make_servers(std::uint64_t count) {
    network = std::make_unique<Network>(context);
    for (std::uint64_t id = 1; id <= count; ++id) {
      members.push_back({.id = ServerId(id), .address = "server:" + std::to_string(id)});
    }
    promises.set_ledger(ledger);
    world = std::make_unique<ServerWorld>(ServerWorld{.context = context,
                                                      .network = *network,
                                                      .promises = promises,
                                                      .ledger = ledger,
                                                      .replies = replies,
                                                      .workload = workload,
                                                      .members = members,
                                                      .everybody = members,
                                                      .sessions = sessions});
    for (std::uint64_t id = 1; id <= count; ++id) {
      servers.push_back(std::make_unique<Server>(*world, ServerId(id)));
      disks.push_back(&servers.back()->disk());
    }
  }

  void start_all() {
    for (const auto& server : servers) {
      server->start();
    }
  }

  Server& server(std::uint64_t id) { return *servers[id - 1]; }

  /// Null: nobody leads.
  Server* leader() {
    for (const auto& each : servers) {
      if (each->is_running() && each->standing().role == core::Role::kLeader) {
        return each.get();
      }
    }
    return nullptr;
  }

  std::vector<const Disk*> disks;
  Promises promises{context, disks};
  Ledger ledger{context, disks};
  Replies replies{context};
  KeyValueWorkload workload;
  std::shared_ptr<ExactlyOnce> sessions;  ///< Null: without.
  std::vector<Member> members;
  std::unique_ptr<Network> network;
  std::unique_ptr<ServerWorld> world;
  std::vector<std::unique_ptr<Server>> servers;
};

}  // namespace buoyant::simulation
