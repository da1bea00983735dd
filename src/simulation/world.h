// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The world of one run: its parts, and its course from the first start to the last check.
#pragma once

#include "simulation/chaos.h"
#include "simulation/client.h"
#include "simulation/context.h"
#include "simulation/ledger.h"
#include "simulation/machine.h"
#include "simulation/network.h"
#include "simulation/promises.h"
#include "simulation/server.h"
#include "simulation/states.h"
#include "simulation/upgrades.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::simulation {

/// Lives for one run.
class World {
 public:
  World(const Plan& plan, Workload& workload, const TraceSink& trace);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  [[nodiscard]] Report run();

 private:
  // The course. Each gives false when a check saw something.
  bool go_through_faults();
  bool come_to_rest();
  bool serve_everywhere();
  bool serve_through(Server& server);
  bool hand_over_everywhere();
  bool heed_space();
  bool read_everywhere();
  bool stay_quiet();
  bool start_again();
  bool close_everything();
  bool look_back();

  /// Runs until `condition` holds; false: a violation, or not within `limit`.
  bool run_until(const std::function<bool()>& condition, Duration limit);
  bool run_for(Duration duration);

  /// What a status says must be true, now and then.
  void look_at_nodes();
  void look_at(Server& server, const NodeStatus& status);
  void look_at_contacts(Server& server, const NodeStatus& status);
  void look_at_matches(Server& server, const NodeStatus& status);

  void lose_some_for_good();
  void break_a_link();
  [[nodiscard]] Server* leader() const;
  /// Servers that take part at the end.
  [[nodiscard]] std::vector<Server*> living() const;
  /// Those of them that are members by what the leader knows; all when there is none.
  [[nodiscard]] std::vector<Server*> members() const;
  [[nodiscard]] std::vector<Server*> voters() const;
  /// True: the leader's configuration is all that there is, and everybody else knows that he is
  /// out.
  [[nodiscard]] bool has_settled_members(const NodeStatus& leading) const;
  [[nodiscard]] bool reaches(const Server& one, const Server& another) const;
  [[nodiscard]] bool is_at_rest() const;
  /// Nobody in reach of the leader is preferred to it.
  [[nodiscard]] bool has_best_leader() const;
  bool hand_over(Server& through, Server& to);
  /// It has just been elected: no entry of its term may be committed yet, and its reads wait.
  bool read_at_once(Server& server);
  [[nodiscard]] std::string describe() const;
  [[nodiscard]] Duration patience() const;

  const Plan plan_;
  Workload& workload_;
  Context context_;
  std::vector<const Disk*> disks_;
  Network network_;
  Promises promises_;
  Ledger ledger_;
  Replies replies_;
  ServerWorld server_world_;
  std::vector<std::unique_ptr<Server>> servers_;
  std::unique_ptr<Clients> clients_;
  std::unique_ptr<Chaos> chaos_;
  States states_;
  std::unique_ptr<Upgrades> upgrades_;
  Random end_;

  /// What was seen of each server's present process.
  struct Seen {
    std::uint64_t start = 0;
    Index applied;
    Index snapshot;
    Term term;
  };

  std::vector<Seen> seen_;
};

}  // namespace buoyant::simulation
