// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What must work in a healed cluster: calls through every server, leadership that is handed to
/// each voter (§3.10), and a leader that heeds how much space the others have.

#include "simulation/leadership.h"
#include "simulation/world.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

namespace buoyant::simulation {

namespace {

int rank_of(Preference preference) noexcept {
  return preference == Preference::kAvoid ? 0 : preference == Preference::kNormal ? 1 : 2;
}

}  // namespace

bool World::has_best_leader() const {
  const Server* leading = leader();
  if (leading == nullptr) {
    return false;
  }
  const std::vector<Server*> all = voters();
  return std::none_of(all.begin(), all.end(), [&](const Server* server) {
    return rank_of(server->preference()) > rank_of(leading->preference()) &&
           reaches(*server, *leading);
  });
}

bool World::hand_over(Server& through, Server& to) {
  auto outcome = std::make_shared<std::optional<Result<ServerId>>>();
  const bool accepted = transfer_through(
      context_, through, to.id(), [outcome](const Result<ServerId>& leader) { *outcome = leader; });
  if (accepted && leader() == &through && &through != &to &&
      clients_->call_through(through, [](Outcome) {})) {
    context_.violate("transfer",
                     "a proposal is taken while leadership is handed over: " + describe());
    return false;
  }
  const bool done =
      accepted && run_until([&] { return outcome->has_value(); }, plan_.election_timeout * 6);
  if (context_.violation()) {
    return false;
  }
  if (!done || !**outcome || ***outcome != to.id()) {
    const bool failed = done && !**outcome;
    context_.violate("transfer",
                     "leadership is not handed over to server " + std::to_string(to.id().value()) +
                         " through server " + std::to_string(through.id().value()) +
                         (failed ? std::string(": ") + (**outcome).error().name() : std::string()) +
                         ": " + describe());
    return false;
  }
  return leader() != &to || read_at_once(to);
}

bool World::read_at_once(Server& server) {
  auto outcome = std::make_shared<std::optional<bool>>();
  const bool accepted =
      clients_->read_through(server, [outcome](bool answered) { *outcome = answered; });
  const bool done =
      accepted && run_until([&] { return outcome->has_value(); }, plan_.election_timeout * 6);
  if (!context_.violation() && (!done || !**outcome)) {
    context_.violate("service", "a new leader does not answer a read: " + describe());
  }
  return !context_.violation();
}

bool World::hand_over_everywhere() {
  for (Server* to : voters()) {
    Server* leading = leader();
    if (leading == nullptr || !reaches(*to, *leading)) {
      continue;
    }
    Server& through = end_.chance(1, 2) ? *leading : *to;
    if (!hand_over(through, *to)) {
      return false;
    }
    // The others follow, and maybe somebody who is preferred takes over.
    if (!run_until([this] { return is_at_rest(); }, patience())) {
      context_.violate("progress", "the cluster does not rest after a transfer: " + describe());
      return false;
    }
  }
  return true;
}

bool World::heed_space() {
  Server* leading = leader();
  if (leading == nullptr) {
    return true;
  }
  const auto set_low = [&](bool low) {
    const std::vector<Server*> all = voters();
    for (Server* server : all) {
      if (server != leading || all.size() == 1) {
        server->disk().low_since = low ? std::optional(context_.now()) : std::nullopt;
      }
    }
    // They have to look, and to say so.
    return run_for(plan_.election_timeout * 3);
  };
  if (!set_low(true) || leader() != leading) {
    return !context_.violation();
  }
  if (clients_->call_through(*leading, [](Outcome) {})) {
    context_.violate("space_heeded",
                     "a proposal is taken though no quorum has space: " + describe());
    return false;
  }
  if (!set_low(false)) {
    return false;
  }
  auto outcome = std::make_shared<std::optional<Outcome>>();
  const bool accepted =
      leader() == leading &&
      clients_->call_through(*leading, [outcome](Outcome what) { *outcome = what; });
  const bool done =
      accepted && run_until([&] { return outcome->has_value(); }, plan_.election_timeout * 5);
  if (!context_.violation() && (!done || **outcome != Outcome::kCommitted)) {
    context_.violate("service", "there is space again, and no service: " + describe());
  }
  return run_until([this] { return is_at_rest(); }, patience()) || !context_.violation();
}

bool World::serve_through(Server& server) {
  // Who hands leadership over takes nothing meanwhile, and over a bad link does so in vain.
  const bool may_be_busy = plan_.faults.has(Fault::kPreferences) ||
                           plan_.faults.has(Fault::kTransfer) || plan_.faults.has(Fault::kLowDisk);
  const Instant busy_until =
      context_.now() + (may_be_busy ? plan_.election_timeout * 2 : Duration(0));
  while (true) {
    auto outcome = std::make_shared<std::optional<Outcome>>();
    const bool accepted =
        clients_->call_through(server, [outcome](Outcome what) { *outcome = what; });
    if (accepted && !run_until([&] { return outcome->has_value(); }, plan_.election_timeout * 5)) {
      return false;
    }
    if (accepted && **outcome != Outcome::kNotCommitted) {
      return **outcome == Outcome::kCommitted;
    }
    if (context_.violation() || context_.now() >= busy_until ||
        !run_for(plan_.heartbeat_interval)) {
      return false;
    }
  }
}

bool World::serve_everywhere() {
  for (Server* server : members()) {
    const Server* leading = leader();
    const bool is_through = server == leading || (plan_.forward_proposals && leading != nullptr &&
                                                  reaches(*server, *leading));
    if (!is_through) {
      continue;
    }
    const bool is_served = serve_through(*server);
    if (context_.violation()) {
      return false;
    }
    if (!is_served) {
      context_.violate("service", "a healed cluster does not take a call through server " +
                                      std::to_string(server->id().value()) + ": " + describe());
      return false;
    }
  }
  return read_everywhere() &&
         (run_until([this] { return is_at_rest(); }, patience()) || !context_.violation());
}

}  // namespace buoyant::simulation
