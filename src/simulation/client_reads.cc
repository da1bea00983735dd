// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Clients that read the memory of a server, without the log: when Node::read says that it is
/// new enough, or at once when they are content with something older.

#include "simulation/client.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::simulation {

namespace {

ReadMode mode_of(Way way) noexcept {
  return way == Way::kLease ? ReadMode::kLease : ReadMode::kLinearizable;
}

bool leads(const Server& server) {
  return server.is_running() && server.process()->is_alive() && !server.process()->is_paused() &&
         server.standing().role == core::Role::kLeader;
}

}  // namespace

Way Clients::draw_way(Client& client) {
  const Workload& workload = world_.workload;
  if (!workload.only_reads(client.operation.command)) {
    return Way::kLog;
  }
  // As often as each stands here.
  constexpr std::array<Way, 8> kWays = {Way::kLog,   Way::kRead,  Way::kRead,  Way::kRead,
                                        Way::kLease, Way::kLease, Way::kLease, Way::kOld};
  return kWays.at(client.random.below(kWays.size()));
}

Server* Clients::choose_to_read(Client& client) {
  // Where what is read is old, if it ever is: at a leader that does not know of the next one.
  const bool seek_former = client.random.chance(1, 2);
  Server* former = nullptr;
  std::size_t leaders = 0;
  for (const auto& server : servers_) {
    const bool is_leader = leads(*server);
    leaders += is_leader ? 1U : 0U;
    if (is_leader && (former == nullptr || server->standing().term < former->standing().term)) {
      former = server.get();
    }
  }
  return seek_former && leaders > 1 ? former : choose(client);
}

void Clients::read_once(Client& client, Server& server) {
  if (client.way == Way::kOld) {
    read_old(server);
    finish(client, Returned::kAnswered);
    return;
  }
  const std::uint64_t attempt = ++client.attempt;
  client.process = server.process();
  auto call = server.calls()->begin("read");
  const Result<void> accepted = server.node().read(
      mode_of(client.way), [this, &client, &server, attempt, call, invoked = world_.context.now(),
                            process = client.process](const Result<Index>& outcome) {
        call->called_back();
        if (process->is_alive()) {
          check_read(server, outcome, invoked);
          on_read(client, server, attempt, outcome);
        }
      });
  if (!accepted) {
    ++world_.context.totals.refused;
    try_again(client);
    return;
  }
  call->accepted();
  world_.context.record(server.id(), "read", {client.id, attempt}, [&] {
    return "client " + std::to_string(client.id) + ": " +
           std::string(client.operation.command.text()) +
           (client.way == Way::kLease ? " by lease" : "");
  });
  await(client, attempt);
}

void Clients::check_read(Server& server, const Result<Index>& outcome, Instant invoked) {
  if (outcome) {
    ++world_.context.totals.reads;
    world_.context.record(server.id(), "read_done", {outcome->value()});
    world_.ledger.check_fresh("read_fresh", server.id(), *outcome, invoked);
  } else if (outcome.error().outcome() != Outcome::kNotCommitted) {
    world_.context.violate("read_certain", "server " + std::to_string(server.id().value()) +
                                               " does not know what became of a read");
  }
}

void Clients::on_read(Client& client, Server& server, std::uint64_t attempt,
                      const Result<Index>& outcome) {
  if (!client.waits || client.attempt != attempt) {
    return;
  }
  if (!outcome) {
    ++world_.context.totals.refused;
    try_again(client);
    return;
  }
  client.operation.returned = world_.context.now();
  client.operation.reply = server.read(client.operation.command);
  history_.push_back(std::move(client.operation));
  finish(client, Returned::kAnswered);
}

void Clients::read_old(Server& server) {
  const Staleness staleness = server.node().staleness();
  const bool known = staleness.age != Duration::max();
  world_.context.record(server.id(), "read_old", {staleness.applied.value(), known ? 1U : 0U});
  if (known) {
    const Process& process = *server.process();
    const Instant as_of = process.clock().moment_of(process.local_now() - staleness.age);
    world_.ledger.check_fresh("read_age", server.id(), staleness.applied, as_of);
  }
}

// A lease that outlives its promises overlaps with another leader for a few milliseconds: clients
// hardly ever hit them by chance.
void Clients::watch_former_leaders() {
  if (stopped_) {
    return;
  }
  std::vector<Server*> leading;
  Term newest;
  for (const auto& server : servers_) {
    if (leads(*server)) {
      leading.push_back(server.get());
      newest = std::max(newest, server->standing().term);
    }
  }
  for (Server* server : leading) {
    if (server->standing().term < newest) {
      read_at_former(*server);
    }
  }
  world_.context.timeline.post(world_.context.plan.heartbeat_interval / 4,
                               [this] { watch_former_leaders(); });
}

// §6.4: who leads in a later term was voted for by a quorum, so no quorum confirms the term of this
// one any more, and none keeps its promise to it.
void Clients::read_at_former(Server& server) {
  const Term term = server.standing().term;
  ask(server, ReadMode::kLease, [this, &server, term](bool answered) {
    const core::Standing& standing = server.standing();
    if (answered && standing.role == core::Role::kLeader && standing.term == term) {
      world_.context.violate("read_exclusive", "server " + std::to_string(server.id().value()) +
                                                   " answers a read as leader of term " +
                                                   std::to_string(term.value()) +
                                                   ", but there is a later one");
    }
  });
}

bool Clients::read_through(Server& server, std::function<void(bool answered)> done) {
  return ask(server, ReadMode::kLinearizable, std::move(done));
}

bool Clients::ask(Server& server, ReadMode mode, std::function<void(bool answered)> done) {
  auto call = server.calls()->begin("read");
  const Result<void> accepted = server.node().read(
      mode, [this, &server, call, invoked = world_.context.now(), process = server.process(),
             done = std::move(done)](const Result<Index>& outcome) {
        call->called_back();
        if (process->is_alive()) {
          check_read(server, outcome, invoked);
          done(outcome.has_value());
        }
      });
  if (accepted) {
    call->accepted();
  }
  return accepted.has_value();
}

}  // namespace buoyant::simulation
