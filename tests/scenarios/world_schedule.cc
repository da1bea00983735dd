// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// What happens in a scenario without being named one by one: turns, writes, deliveries, time.

#include "tests/scenarios/world.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace buoyant::scenarios {

namespace world_schedule {

/// More rounds than anything sensible needs: what goes on and on is a bug.
constexpr int kRoundsMax = 1000;

}  // namespace world_schedule

bool World::complete_write(Server& server) {
  if (server.writes.empty()) {
    return false;
  }
  const bool without_space = server.disk_full && !server.writes.front().items.empty();
  const WriteId before = server.written;
  cluster_->complete_write(server);
  const std::string id = std::to_string(server.written.value());
  if (without_space) {
    const bool several = server.written > before.next();
    say(server.id, (several ? "writes through " : "write ") + id + ": no space for entries");
  } else {
    say(server.id, "write " + id + " is durable");
  }
  return true;
}

std::string World::complete_writes(const Command& command) {
  if (std::string why = refuse(command.server, true); !why.empty()) {
    return why;
  }
  Server& writing = server(command.server);
  bool any = false;
  while (!writing.writes.empty() &&
         (command.number == 0 || writing.writes.front().write.id <= WriteId(command.number))) {
    any = complete_write(writing) || any;
  }
  touched_.insert(command.server);
  return any ? "" : "server " + std::to_string(command.server.value()) + " has no such write";
}

std::string World::run_out_of_space(const Command& command) {
  if (std::string why = refuse(command.server, true); !why.empty()) {
    return why;
  }
  Server& writing = server(command.server);
  const bool was_full = std::exchange(writing.disk_full, true);
  const bool any = complete_write(writing);
  writing.disk_full = was_full;
  touched_.insert(command.server);
  return any ? "" : "server " + std::to_string(command.server.value()) + " writes nothing";
}

std::string World::fail_write(const Command& command) {
  if (std::string why = refuse(command.server, true); !why.empty()) {
    return why;
  }
  Server& writing = server(command.server);
  if (writing.writes.empty()) {
    return "server " + std::to_string(command.server.value()) + " writes nothing";
  }
  say(command.server,
      "write " + std::to_string(writing.writes.front().write.id.value()) + " failed");
  cluster_->fail_write(writing);
  touched_.insert(command.server);
  return "";
}

std::string World::set_disk(const Command& command) {
  if (!is_server(command.server)) {
    return "there is no server " + std::to_string(command.server.value());
  }
  Server& owner = server(command.server);
  owner.disk_full = command.word == "full";
  owner.disk_unreadable = command.word == "unreadable";
  stalled_.erase(command.server);
  if (command.word == "stalled") {
    stalled_.insert(command.server);
  }
  return "";
}

std::string World::take_turns(Server& server) {
  for (int turns = 0; turns < world_schedule::kRoundsMax; ++turns) {
    cluster_->turn(server);
    lose_what_cannot_arrive();
    if (server.deadline > cluster_->now(server)) {
      return "";
    }
  }
  return "server " + std::to_string(server.id.value()) + " never waits";
}

std::string World::end_line() {
  std::string error;
  for (const ServerId id : std::exchange(touched_, {})) {
    if (error.empty() && server(id).raft != nullptr) {
      error = take_turns(server(id));
    }
  }
  lose_what_cannot_arrive();
  cluster_->check_logs();
  return error;
}

std::string World::settle_disks(bool& busy) {
  for (std::size_t i = 0; i < cluster_->size(); ++i) {
    Server& each = cluster_->server(i);
    if (each.raft == nullptr) {
      continue;
    }
    bool has_input = each.deadline <= cluster_->now(each);
    const bool stalls = stalled_.count(each.id) > 0;
    for (std::size_t left = stalls ? 0 : each.writes.size(); left > 0 && !each.writes.empty();
         --left) {
      has_input = complete_write(each) || has_input;
    }
    has_input = (!stalls && complete_files(each, 0)) || has_input;
    if (!has_input) {
      continue;
    }
    busy = true;
    if (std::string error = take_turns(each); !error.empty()) {
      return error;
    }
  }
  return "";
}

std::string World::settle_network(bool& busy) {
  for (std::size_t i = 0; i < cluster_->size(); ++i) {
    Server& each = cluster_->server(i);
    const Selection selection{
        .link = {.from = {}, .to = each.id}, .kind = {}, .which = Which::kAll};
    const bool hears =
        std::any_of(cluster_->packets().begin(), cluster_->packets().end(),
                    [&](const core_cluster::Packet& packet) { return packet.to == each.id; });
    if (!hears) {
      continue;
    }
    busy = true;
    for (core_cluster::Packet& packet : take_packets(selection)) {
      const Link told{.from = packet.from, .to = packet.to};
      receive(std::move(packet), told);
    }
    if (std::string error = take_turns(each); !error.empty()) {
      return error;
    }
  }
  return "";
}

std::string World::settle() {
  if (std::string error = end_line(); !error.empty()) {
    return error;
  }
  for (int round = 0; round < world_schedule::kRoundsMax; ++round) {
    bool busy = false;
    std::string error = settle_disks(busy);
    if (error.empty()) {
      error = settle_network(busy);
    }
    touched_.clear();
    if (!error.empty() || !busy) {
      return error;
    }
  }
  return "it never settles";
}

World::Server* World::next_to_wake(Duration& wait) {
  Server* next = nullptr;
  for (std::size_t i = 0; i < cluster_->size(); ++i) {
    Server& each = cluster_->server(i);
    if (each.raft == nullptr || each.deadline == Instant::never()) {
      continue;
    }
    const Duration left = std::max(each.deadline - cluster_->now(each), Duration(0));
    if (next == nullptr || left < wait) {
      next = &each;
      wait = left;
    }
  }
  return next;
}

std::string World::pass_time(Duration duration, bool working) {
  std::string error = working ? settle() : end_line();
  while (error.empty()) {
    Duration wait{0};
    Server* next = next_to_wake(wait);
    if (next == nullptr || wait > duration) {
      cluster_->elapse(duration);
      return "";
    }
    cluster_->elapse(wait);
    duration -= wait;
    error = take_turns(*next);
    if (error.empty() && working) {
      error = settle();
    }
  }
  return error;
}

std::string World::settle(const Command& /*command*/) {
  return settle();
}

std::string World::elapse(const Command& command) {
  return pass_time(std::chrono::milliseconds(command.number), false);
}

std::string World::run(const Command& command) {
  return pass_time(std::chrono::milliseconds(command.number), true);
}

}  // namespace buoyant::scenarios
