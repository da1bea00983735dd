// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a world looks like from outside when everything is healed: who leads, who takes part, and
/// whether anything is left to do and can be read.

#include "simulation/world.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

namespace buoyant::simulation {

std::vector<Server*> World::living() const {
  std::vector<Server*> living;
  for (const auto& server : servers_) {
    if (!server->is_retired()) {
      living.push_back(server.get());
    }
  }
  return living;
}

std::vector<Server*> World::members() const {
  std::vector<Server*> all = living();
  if (Server* leading = leader()) {
    const Configuration configuration = leading->node().status().configuration;
    std::erase_if(
        all, [&](const Server* server) { return configuration.find(server->id()) == nullptr; });
  }
  return all;
}

std::vector<Server*> World::voters() const {
  std::vector<Server*> all = members();
  if (Server* leading = leader()) {
    const Configuration configuration = leading->node().status().configuration;
    std::erase_if(all, [&](const Server* server) { return !configuration.is_voter(server->id()); });
  }
  return all;
}

bool World::has_settled_members(const NodeStatus& leading) const {
  if (!leading.configuration.is_voter(leading.id) || leading.configuration.is_joint() ||
      leading.configuration_committed != leading.configuration_index) {
    return false;
  }
  const std::vector<Server*> all = living();
  return std::all_of(all.begin(), all.end(), [&leading](Server* server) {
    if (!server->is_running()) {
      return false;
    }
    const NodeStatus status = server->node().status();
    if (leading.configuration.find(server->id()) != nullptr) {
      return status.configuration_index == leading.configuration_index && !status.removed;
    }
    // Somebody whom it knows has to tell it; and a learner that was to be added and never heard of
    // it waits as if nothing had been.
    const std::vector<ServerId> known = status.configuration.ids();
    const bool can_be_told = std::any_of(known.begin(), known.end(), [&leading](ServerId id) {
      return leading.configuration.find(id) != nullptr;
    });
    return status.removed || !can_be_told || !status.configuration.is_voter(server->id());
  });
}

bool World::reaches(const Server& one, const Server& another) const {
  return !network_.is_blocked(one.id(), another.id()) &&
         !network_.is_blocked(another.id(), one.id());
}

Server* World::leader() const {
  Server* newest = nullptr;
  for (Server* server : living()) {
    const bool leads = server->is_running() && server->standing().role == core::Role::kLeader;
    if (leads && (newest == nullptr || server->standing().term > newest->standing().term)) {
      newest = server;
    }
  }
  return newest;
}

bool World::is_at_rest() const {
  Server* leading = leader();
  if (leading == nullptr) {
    return false;
  }
  if (!has_best_leader()) {
    return false;
  }
  const Index last = leading->disk().last().index;
  if (!has_settled_members(leading->node().status())) {
    return false;
  }
  for (Server* server : members()) {
    if (!server->is_running()) {
      return false;
    }
    if (!reaches(*server, *leading)) {
      continue;
    }
    const NodeStatus status = server->node().status();
    const bool follows = status.faulted == nullptr && status.standing.leader == leading->id() &&
                         status.last.index == last && status.durable == last &&
                         status.applied == last;
    const bool is_idle = std::all_of(
        status.peers.begin(), status.peers.end(), [this, &server](const PeerStatus& peer) {
          const Server& other = *servers_[peer.id.value() - 1];
          const bool may_be_connected = !other.is_retired() && reaches(*server, other);
          return !may_be_connected || (peer.link.connected && peer.inflight_bytes == 0);
        });
    if (!follows || status.proposals_pending != 0 || status.reads_pending != 0 ||
        server->calls()->open() != 0 || !is_idle) {
      return false;
    }
  }
  return true;
}

bool World::read_everywhere() {
  for (Server* server : members()) {
    const Server* leading = leader();
    if (leading == nullptr || !reaches(*server, *leading)) {
      continue;
    }
    auto outcome = std::make_shared<std::optional<bool>>();
    const bool accepted =
        clients_->read_through(*server, [outcome](bool answered) { *outcome = answered; });
    const bool done =
        accepted && run_until([&] { return outcome->has_value(); }, plan_.election_timeout * 5);
    if (context_.violation()) {
      return false;
    }
    if (!done || !**outcome) {
      context_.violate("service", "a healed cluster does not read through server " +
                                      std::to_string(server->id().value()) + ": " + describe());
      return false;
    }
  }
  return true;
}

std::string World::describe() const {
  std::string text;
  for (const auto& server : servers_) {
    text += text.empty() ? "[" : " [";
    text += std::to_string(server->id().value());
    if (server->is_retired() || !server->is_running()) {
      text += server->is_retired() ? " lost]" : " down]";
      continue;
    }
    const NodeStatus status = server->node().status();
    text += std::string(" ") + core::role_name(status.standing.role) + " term " +
            std::to_string(status.standing.term.value()) + " leader " +
            std::to_string(status.standing.leader.value()) + " last " +
            std::to_string(status.last.index.value()) + " durable " +
            std::to_string(status.durable.value()) + " commit " +
            std::to_string(status.commit.value()) + " applied " +
            std::to_string(status.applied.value()) + " pending " +
            std::to_string(status.proposals_pending);
    text += " members at " + std::to_string(status.configuration_index.value()) +
            (status.configuration.is_joint() ? " (joint)" : "") +
            (status.removed ? " removed" : "");
    text += status.faulted == nullptr ? "" : std::string(" faulted: ") + status.faulted;
    for (const PeerStatus& peer : status.peers) {
      text += " (" + std::to_string(peer.id.value()) + " " + (peer.link.connected ? "" : "un") +
              "connected";
      if (status.standing.role == core::Role::kLeader) {
        text += std::string(" ") + core::progress_name(peer.state) + " match " +
                std::to_string(peer.match.value()) + " in flight " +
                std::to_string(peer.inflight_bytes);
      }
      text += ")";
    }
    text += "]";
  }
  return text;
}

}  // namespace buoyant::simulation
