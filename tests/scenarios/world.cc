// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/scenarios/world.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

namespace buoyant::scenarios {

namespace world {

std::string name(ServerId id) {
  return std::to_string(id.value());
}

bool is_on(const core_cluster::Packet& packet, const Link& link) {
  return (!link.from.is_set() || link.from == packet.from) &&
         (!link.to.is_set() || link.to == packet.to);
}

Duration milliseconds(std::uint64_t count) {
  return std::chrono::milliseconds(count);
}

}  // namespace world

World::World(core_cluster::Options options, bool shows_deadlines)
    : shows_deadlines_(shows_deadlines) {
  options.observer = this;
  cluster_ = std::make_unique<core_cluster::Cluster>(options);
  for (std::size_t i = 0; i < cluster_->size(); ++i) {
    standings_[cluster_->server(i).id] = cluster_->server(i).raft->standing();
  }
}

void World::say(ServerId id, const std::string& text) {
  lines_.push_back("  " + world::name(id) + "  " + text);
}

Lines World::take_lines() {
  return std::exchange(lines_, {});
}

void World::on_ready(const Server& server, const core::Ready& ready) {
  for (const std::string& line : show(ready, standings_[server.id], server)) {
    say(server.id, line);
  }
  if (ready.standing) {
    standings_[server.id] = *ready.standing;
  }
  const Instant known = std::exchange(deadlines_[server.id], ready.deadline);
  if (shows_deadlines_ && cluster_ != nullptr && known != ready.deadline) {
    const bool waits = ready.deadline != Instant::never();
    say(server.id,
        waits ? "deadline in " + show_time(ready.deadline - cluster_->now(server)) : "no deadline");
  }
}

std::string World::refuse(ServerId id, bool running) {
  if (!is_server(id)) {
    return "there is no server " + world::name(id);
  }
  if ((server(id).raft != nullptr) != running) {
    return "server " + world::name(id) + (running ? " is down" : " is running");
  }
  return "";
}

std::string World::propose(const Command& command) {
  if (std::string why = refuse(command.server, true); !why.empty()) {
    return why;
  }
  const auto position = cluster_->propose(server(command.server), command.number);
  if (position) {
    const std::string more =
        command.number == 1 ? "" : " and " + std::to_string(command.number - 1) + " more";
    say(command.server, "proposed " + show(*position) + more);
  } else {
    say(command.server, std::string("refused: ") + position.error().name());
  }
  touched_.insert(command.server);
  return "";
}

std::string World::read(const Command& command) {
  if (std::string why = refuse(command.server, true); !why.empty()) {
    return why;
  }
  const auto number =
      server(command.server)
          .raft->read(cluster_->now(server(command.server)), command.word == "lease");
  say(command.server, number ? "takes read " + std::to_string(*number)
                             : std::string("refused: ") + number.error().name());
  touched_.insert(command.server);
  return "";
}

std::vector<std::size_t> World::choose(const Selection& selection) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < cluster_->packets().size(); ++i) {
    const core_cluster::Packet& packet = cluster_->packets()[i];
    const bool of_kind = selection.kind.empty() || kind_of(packet.message) == selection.kind;
    if (world::is_on(packet, selection.link) && of_kind) {
      chosen.push_back(i);
    }
  }
  if (chosen.empty()) {
    lines_.emplace_back("  nothing is on the way");
  } else if (selection.which != Which::kAll) {
    chosen = {selection.which == Which::kFirst ? chosen.front() : chosen.back()};
  }
  return chosen;
}

std::vector<core_cluster::Packet> World::take_packets(const Selection& selection) {
  const std::vector<std::size_t> chosen = choose(selection);
  std::vector<core_cluster::Packet> taken;
  taken.reserve(chosen.size());
  for (const std::size_t at : chosen) {
    taken.push_back(cluster_->packets()[at]);
  }
  for (std::size_t i = chosen.size(); i-- > 0;) {
    cluster_->drop(chosen[i]);
  }
  return taken;
}

void World::receive(core_cluster::Packet packet, const Link& told) {
  std::string line = "<- " + world::name(told.from) + "  " + show(packet.message);
  if (told != Link{.from = packet.from, .to = packet.to}) {
    line += "  [it is of " + world::name(packet.from) + ", for " + world::name(packet.to) + "]";
  }
  packet.from = told.from;
  packet.to = told.to;
  say(packet.to, line);
  const IndexRange appended = cluster_->receive(packet);
  if (!appended.empty()) {
    say(packet.to, (appended.count() == 1 ? "takes entry " : "takes entries ") + show(appended));
  }
  touched_.insert(packet.to);
}

std::string World::deliver(const Command& command) {
  if (command.in_place_of) {
    if (std::string why = refuse(command.in_place_of->to, true); !why.empty()) {
      return why;
    }
  }
  for (core_cluster::Packet& packet : take_packets(command.selection)) {
    const Link told = command.in_place_of.value_or(Link{.from = packet.from, .to = packet.to});
    receive(std::move(packet), told);
  }
  return "";
}

std::string World::drop(const Command& command) {
  for (const core_cluster::Packet& packet : take_packets(command.selection)) {
    say(packet.to, "never gets <- " + world::name(packet.from) + "  " + show(packet.message));
  }
  return "";
}

std::string World::duplicate(const Command& command) {
  for (const std::size_t at : choose(command.selection)) {
    const core_cluster::Packet& packet = cluster_->packets()[at];
    say(packet.to, "will get twice <- " + world::name(packet.from) + "  " + show(packet.message));
    cluster_->duplicate(at);
  }
  return "";
}

std::string World::lose(const Command& command) {
  const Link link = command.selection.link;
  if (std::string why = refuse(link.from, true); !why.empty()) {
    return why;
  }
  Server& sender = server(link.from);
  for (const core_cluster::Packet& packet :
       take_packets({.link = link, .kind = command.selection.kind, .which = Which::kAll})) {
    say(link.from,
        "hears that it is lost -> " + world::name(packet.to) + "  " + show(packet.message));
    if (std::holds_alternative<InstallSnapshot>(packet.message)) {
      cluster_->fail_snapshot(sender, packet);
      continue;
    }
    sender.raft->replicate_failed(cluster_->now(sender), packet.to,
                                  std::get<AppendEntries>(packet.message).term,
                                  core::ReplicateFailure::kLost);
  }
  touched_.insert(link.from);
  return "";
}

std::string World::cut(const Command& command) {
  const Link link = command.selection.link;
  for (std::size_t from = 1; from <= cluster_->size(); ++from) {
    for (std::size_t to = 1; to <= cluster_->size(); ++to) {
      if (world::is_on({.from = ServerId(from), .to = ServerId(to), .message = {}, .items = {}},
                       link)) {
        cuts_.emplace(from, to);
      }
    }
  }
  return "";
}

std::string World::heal(const Command& /*command*/) {
  cuts_.clear();
  return "";
}

std::string World::connection_ends(const Command& command) {
  const Link link = command.selection.link;
  for (const auto& [one, other] : {std::pair(link.from, link.to), std::pair(link.to, link.from)}) {
    if (std::string why = refuse(one, true); !why.empty()) {
      return why;
    }
    for (std::size_t i = cluster_->packets().size(); i-- > 0;) {
      if (world::is_on(cluster_->packets()[i], {.from = one, .to = other})) {
        cluster_->drop(i);
      }
    }
    say(one, "has no connection to " + world::name(other));
    cuts_.emplace(one, other);
    server(one).raft->peer_unreachable(cluster_->now(server(one)), other);
    touched_.insert(one);
  }
  return "";
}

std::string World::connection_begins(const Command& command) {
  const Link link = command.selection.link;
  for (const auto& [one, other] : {std::pair(link.from, link.to), std::pair(link.to, link.from)}) {
    if (std::string why = refuse(one, true); !why.empty()) {
      return why;
    }
    say(one, "has a connection to " + world::name(other));
    cuts_.erase({one, other});
    server(one).raft->peer_reachable(cluster_->now(server(one)), other);
    touched_.insert(one);
  }
  return "";
}

void World::lose_what_cannot_arrive() {
  for (std::size_t i = cluster_->packets().size(); i-- > 0;) {
    const core_cluster::Packet& packet = cluster_->packets()[i];
    const bool arrives = is_server(packet.to) && server(packet.to).raft != nullptr &&
                         cuts_.count({packet.from, packet.to}) == 0;
    if (!arrives) {
      cluster_->drop(i);
    }
  }
}

std::string World::reach_deadline(const Command& command) {
  if (std::string why = refuse(command.server, true); !why.empty()) {
    return why;
  }
  Server& waiting = server(command.server);
  if (waiting.deadline == Instant::never()) {
    return "server " + world::name(command.server) + " has no deadline";
  }
  const Duration wait = std::max(waiting.deadline - cluster_->now(waiting), Duration(0));
  say(command.server, "waits " + show_time(wait));
  waiting.clock_ahead += wait;
  touched_.insert(command.server);
  return "";
}

std::string World::hold(const Command& command) {
  if (std::string why = refuse(command.server, true); !why.empty()) {
    return why;
  }
  Server& held = server(command.server);
  held.clock_ahead += world::milliseconds(command.number);
  say(command.server, "stood still for " + show_time(world::milliseconds(command.number)));
  held.raft->resumed(cluster_->now(held));
  touched_.insert(command.server);
  return "";
}

std::string World::crash(const Command& command) {
  if (std::string why = refuse(command.server, true); !why.empty()) {
    return why;
  }
  Server& down = server(command.server);
  const std::size_t lost =
      down.writes.size() - std::min<std::size_t>(down.writes.size(), command.number);
  cluster_->stop(down, command.number);
  say(command.server,
      lost == 0 ? "is down" : "is down; writes that are lost: " + std::to_string(lost));
  touched_.erase(command.server);
  return "";
}

std::string World::start(const Command& command) {
  if (std::string why = refuse(command.server, false); !why.empty()) {
    return why;
  }
  Server& started = server(command.server);
  const ServerId vote = started.durable_state.voted_for;
  say(command.server, "starts with term " + std::to_string(started.durable_state.term.value()) +
                          (vote.is_set() ? " vote " + world::name(vote) : " no vote") +
                          show_snapshot(started.durable_snapshot));
  standings_[command.server] = {.term = started.durable_state.term};
  cluster_->start(started);
  say(command.server, show_log(started));
  return "";
}

std::string World::tell_state(const Command& /*command*/) {
  for (std::size_t i = 0; i < cluster_->size(); ++i) {
    say(cluster_->server(i).id, show_state(cluster_->server(i)));
  }
  return "";
}

std::string World::tell_logs(const Command& command) {
  if (command.server.is_set() && !is_server(command.server)) {
    return "there is no server " + world::name(command.server);
  }
  for (std::size_t i = 0; i < cluster_->size(); ++i) {
    if (!command.server.is_set() || command.server == cluster_->server(i).id) {
      say(cluster_->server(i).id, show_log(cluster_->server(i)));
    }
  }
  return "";
}

std::string World::tell_progress(const Command& command) {
  if (std::string why = refuse(command.server, true); !why.empty()) {
    return why;
  }
  for (const std::string& line : show_progress(server(command.server))) {
    say(command.server, line);
  }
  return "";
}

std::string World::tell_on_the_way(const Command& /*command*/) {
  for (const core_cluster::Packet& packet : cluster_->packets()) {
    lines_.push_back("  " + world::name(packet.from) + " -> " + world::name(packet.to) + "  " +
                     show(packet.message));
  }
  return "";
}

}  // namespace buoyant::scenarios
