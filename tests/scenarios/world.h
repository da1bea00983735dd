// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The servers of a scenario, their disks and the messages between them, and the lines that tell
/// what they are given and what they say.
///
/// A verb says in its answer why it cannot be carried out; empty: it was. Servers that a verb
/// touches take their turn in end_line(), but for the verbs that are whole schedules.
#pragma once

#include "tests/scenarios/command.h"
#include "tests/scenarios/message_text.h"
#include "tests/scenarios/transcript.h"
#include "tests/support/core_cluster.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::scenarios {

class World final : public core_cluster::Observer {
 public:
  World(core_cluster::Options options, bool shows_deadlines);

  // Inputs of one server.
  std::string propose(const Command& command);
  std::string read(const Command& command);
  std::string transfer(const Command& command);
  std::string set_space(const Command& command);
  std::string change(const Command& command);
  std::string tell_removed(const Command& command);
  std::string take_snapshot(const Command& command);
  std::string complete_files(const Command& command);
  std::string deliver(const Command& command);
  std::string complete_writes(const Command& command);
  std::string run_out_of_space(const Command& command);
  std::string fail_write(const Command& command);
  std::string reach_deadline(const Command& command);
  std::string hold(const Command& command);
  std::string crash(const Command& command);
  std::string start(const Command& command);

  // Between the servers.
  std::string drop(const Command& command);
  std::string duplicate(const Command& command);
  std::string lose(const Command& command);
  std::string cut(const Command& command);
  std::string heal(const Command& command);
  std::string connection_ends(const Command& command);
  std::string connection_begins(const Command& command);
  std::string set_disk(const Command& command);

  // Schedules: they end with every turn taken.
  std::string elapse(const Command& command);
  std::string run(const Command& command);
  std::string settle(const Command& command);

  // Questions.
  std::string tell_state(const Command& command);
  std::string tell_logs(const Command& command);
  std::string tell_progress(const Command& command);
  std::string tell_on_the_way(const Command& command);

  /// The servers that the line touched take their turns; Log Matching is checked.
  std::string end_line();

  /// What was said since the last time.
  Lines take_lines();

  /// The first property that was broken; empty: none was.
  [[nodiscard]] const std::string& violation() const { return cluster_->violation(); }

  void on_ready(const core_cluster::Server& server, const core::Ready& ready) override;
  void on_snapshot(const core_cluster::Server& server,
                   const core_cluster::HeldPacket& packet) override;

 private:
  using Server = core_cluster::Server;

  [[nodiscard]] bool is_server(ServerId id) const {
    return id.is_set() && id.value() <= cluster_->size();
  }

  [[nodiscard]] Server& server(ServerId id) { return cluster_->server(id.value() - 1); }

  /// Why a command for this server cannot be carried out.
  std::string refuse(ServerId id, bool running);
  void say(ServerId id, const std::string& text);
  /// Where the selected packets are among those on the way.
  std::vector<std::size_t> choose(const Selection& selection);
  std::vector<core_cluster::Packet> take_packets(const Selection& selection);
  void receive(core_cluster::Packet packet, const Link& told);
  /// Completes the oldest write; false: there is none.
  bool complete_write(Server& server);
  /// Completes the files from this one on; false: there is none.
  bool complete_files(Server& server, std::size_t from);
  void lose_what_cannot_arrive();
  /// Takes turns until no deadline is due.
  std::string take_turns(Server& server);
  /// The server whose deadline comes next, and how long that is; null: none has one.
  Server* next_to_wake(Duration& wait);
  std::string settle();
  std::string settle_disks(bool& busy);
  std::string settle_network(bool& busy);
  /// Time goes on by `duration`; with or without everything being carried out in between.
  std::string pass_time(Duration duration, bool working);

  std::unique_ptr<core_cluster::Cluster> cluster_;
  bool shows_deadlines_ = false;
  Lines lines_;
  std::map<ServerId, core::Standing> standings_;
  std::map<ServerId, Instant> deadlines_;
  std::set<ServerId> touched_;
  std::set<ServerId> stalled_;
  std::set<std::pair<ServerId, ServerId>> cuts_;
};

}  // namespace buoyant::scenarios
