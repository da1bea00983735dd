// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/scenarios/runner.h"

#include "tests/scenarios/world.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <memory>

namespace buoyant::scenarios {

namespace runner {

/// More than any scenario needs; a majority of a few is a majority.
constexpr std::uint64_t kServersMax = 9;

/// What the cluster is to be, until the first command that needs it.
class Setup {
 public:
  std::string servers(const Command& command) {
    const std::uint64_t spares = command.numbers.front();
    if (command.number == 0 || command.number + spares > kServersMax ||
        command.other_number >= command.number) {
      return "that cannot be a cluster";
    }
    options_.servers = command.number;
    options_.learners = command.other_number;
    options_.spares = spares;
    return "";
  }

  std::string option(const Command& command) {
    core::RaftOptions& raft = options_.raft;
    const std::uint64_t value = command.number;
    if (command.word == "pre-vote") {
      raft.pre_vote = value != 0;
    } else if (command.word == "check-quorum") {
      raft.check_quorum = value != 0;
    } else if (command.word == "inflight-entries") {
      raft.inflight_entries_max = value;
    } else if (command.word == "leases") {
      raft.lease_reads = value != 0;
    } else if (command.word == "disk-stall") {
      raft.disk_stall_limit = std::chrono::milliseconds(value);
    } else if (command.word == "catch-up") {
      raft.catch_up_timeout = std::chrono::milliseconds(value);
    } else if (command.word == "entries-per-message") {
      options_.entries_per_message_max = value;
    } else if (command.word == "faults") {
      options_.faults_are_violations = value == 0;
    } else if (command.word == "slow-files") {
      options_.slow_files = value != 0;
    } else if (command.word == "deadlines") {
      shows_deadlines_ = value != 0;
    } else {
      return "unknown option '" + command.word + "'";
    }
    return "";
  }

  std::string log(const Command& command) {
    if (!is_server(command.server)) {
      return "there is no such server";
    }
    const auto& terms = command.numbers;
    if (terms.empty() || terms.front() != 1 || !std::is_sorted(terms.begin(), terms.end())) {
      return "a log begins with term 1, and its terms do not decrease";
    }
    core_cluster::Disk& disk = disk_of(command.server);
    disk.log.clear();
    for (std::size_t i = 0; i < terms.size(); ++i) {
      disk.log.push_back({.term = Term(terms[i]), .value = terms[i] * 1000000 + i});
    }
    disk.log.front() = core_cluster::kBootstrap;
    disk.hard_state.term = std::max(disk.hard_state.term, disk.log.back().term);
    return "";
  }

  std::string term(const Command& command) {
    if (!is_server(command.server)) {
      return "there is no such server";
    }
    core_cluster::Disk& disk = disk_of(command.server);
    if (Term(command.number) < disk.log.back().term) {
      return "the log has an entry of a later term";
    }
    disk.hard_state = {.term = Term(command.number), .voted_for = ServerId(command.other_number)};
    return "";
  }

  std::string preference(const Command& command) {
    if (!is_server(command.server)) {
      return "there is no such server";
    }
    options_.preferences.resize(std::max(options_.preferences.size(), options_.servers));
    options_.preferences[command.server.value() - 1] =
        command.word == "prefer"  ? Preference::kPrefer
        : command.word == "avoid" ? Preference::kAvoid
                                  : Preference::kNormal;
    return "";
  }

  [[nodiscard]] std::unique_ptr<World> start() const {
    return std::make_unique<World>(options_, shows_deadlines_);
  }

 private:
  [[nodiscard]] bool is_server(ServerId id) const {
    return id.is_set() && id.value() <= options_.servers;
  }

  core_cluster::Disk& disk_of(ServerId id) {
    while (options_.disks.size() < id.value()) {
      options_.disks.push_back(
          {.hard_state = {.term = Term(1), .voted_for = {}}, .log = {core_cluster::kBootstrap}});
    }
    return options_.disks[id.value() - 1];
  }

  core_cluster::Options options_;
  bool shows_deadlines_ = false;
};

template <class Doer>
struct Action {
  Verb verb;
  std::string (Doer::*carry_out)(const Command&);
};

constexpr std::array<Action<Setup>, 5> kSetups = {{
    {Verb::kServers, &Setup::servers},
    {Verb::kOption, &Setup::option},
    {Verb::kStoredLog, &Setup::log},
    {Verb::kStoredTerm, &Setup::term},
    {Verb::kPreference, &Setup::preference},
}};

constexpr std::array<Action<World>, 31> kActions = {{
    {Verb::kPropose, &World::propose},
    {Verb::kRead, &World::read},
    {Verb::kTransfer, &World::transfer},
    {Verb::kSpace, &World::set_space},
    {Verb::kChange, &World::change},
    {Verb::kRemoved, &World::tell_removed},
    {Verb::kSnapshot, &World::take_snapshot},
    {Verb::kFileDone, &World::complete_files},
    {Verb::kDeliver, &World::deliver},
    {Verb::kWriteDone, &World::complete_writes},
    {Verb::kWriteFull, &World::run_out_of_space},
    {Verb::kWriteFail, &World::fail_write},
    {Verb::kTimeout, &World::reach_deadline},
    {Verb::kHold, &World::hold},
    {Verb::kCrash, &World::crash},
    {Verb::kStart, &World::start},
    {Verb::kDrop, &World::drop},
    {Verb::kDuplicate, &World::duplicate},
    {Verb::kLose, &World::lose},
    {Verb::kCut, &World::cut},
    {Verb::kHeal, &World::heal},
    {Verb::kDisconnect, &World::connection_ends},
    {Verb::kConnect, &World::connection_begins},
    {Verb::kDisk, &World::set_disk},
    {Verb::kElapse, &World::elapse},
    {Verb::kRun, &World::run},
    {Verb::kSettle, &World::settle},
    {Verb::kState, &World::tell_state},
    {Verb::kLog, &World::tell_logs},
    {Verb::kProgress, &World::tell_progress},
    {Verb::kOnTheWay, &World::tell_on_the_way},
}};

/// Null: it is not one of these.
template <class Doer, std::size_t kCount>
const Action<Doer>* find_action(const std::array<Action<Doer>, kCount>& actions, Verb verb) {
  const auto* found = std::find_if(actions.begin(), actions.end(),
                                   [verb](const Action<Doer>& each) { return each.verb == verb; });
  return found == actions.end() ? nullptr : found;
}

/// A script on its way.
class Run {
 public:
  /// Why a line cannot be carried out.
  std::string line(const ScriptLine& line) {
    for (const Command& command : line.commands) {
      if (std::string why = carry_out(command); !why.empty()) {
        return why;
      }
    }
    return world_ == nullptr ? "" : world_->end_line();
  }

  /// What the line gave.
  Lines take_output(bool quietly) {
    if (world_ == nullptr) {
      return {};
    }
    Lines lines = world_->take_lines();
    if (quietly) {
      lines.clear();
    }
    if (!world_->violation().empty()) {
      lines.push_back("  BROKEN: " + world_->violation());
    }
    return lines;
  }

  [[nodiscard]] std::string violation() const {
    return world_ == nullptr ? "" : world_->violation();
  }

 private:
  std::string carry_out(const Command& command) {
    const auto* setup = find_action(kSetups, command.verb);
    if (setup != nullptr) {
      return world_ == nullptr ? (setup_.*setup->carry_out)(command) : "the cluster has started";
    }
    if (world_ == nullptr) {
      world_ = setup_.start();
    }
    return (*world_.*find_action(kActions, command.verb)->carry_out)(command);
  }

  Setup setup_;
  std::unique_ptr<World> world_;
};

}  // namespace runner

Outcome run_script(const Script& script) {
  runner::Run run;
  Outcome outcome;
  for (const ScriptLine& line : script.lines) {
    outcome.transcript += line.text + "\n";
    if (line.commands.empty() || !outcome.violation.empty()) {
      continue;
    }
    const std::string error = run.line(line);
    for (const std::string& output : run.take_output(line.quietly)) {
      outcome.transcript += output + "\n";
    }
    if (!error.empty()) {
      outcome.error = ScriptError{line.commands.front().line, error};
      return outcome;
    }
    outcome.violation = run.violation();
  }
  return outcome;
}

}  // namespace buoyant::scenarios
