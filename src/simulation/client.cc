// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/client.h"

#include "simulation/leadership.h"

#include <algorithm>
#include <string>
#include <utility>

namespace buoyant::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// How often a command that was certainly not committed is tried again.
constexpr std::uint64_t kAttemptsMax = 8;

/// A patient client outwaits the deadline of its call, an impatient one does not: above all one
/// that may send the same again.
Duration draw_patience(Random& random, const Plan& plan, bool may_repeat) {
  const bool patient = random.chance(may_repeat ? 1 : 3, 4);
  return patient ? plan.election_timeout * 12 : random.between(milliseconds(20), seconds(2));
}

}  // namespace

Clients::Clients(ServerWorld& world, std::vector<std::unique_ptr<Server>>& servers)
    : world_(world), servers_(servers) {
  for (std::size_t i = 0; i < world.context.plan.clients; ++i) {
    Client& client = clients_.emplace_back();
    client.id = i + 1;
    client.random = stream_of(world.context.plan.seed, Stream::kClients, client.id);
  }
  draw_sessions();
}

void Clients::start() {
  for (Client& client : clients_) {
    think(client);
  }
  if (world_.context.plan.lease_reads) {
    watch_former_leaders();
  }
}

void Clients::think(Client& client) {
  if (stopped_) {
    return;
  }
  world_.context.timeline.post(draw_around(client.random, world_.context.plan.think),
                               [this, &client] { begin(client); });
}

void Clients::begin(Client& client) {
  if (stopped_) {
    return;
  }
  client.waits = true;
  client.operation = {.client = client.id,
                      .command = world_.workload.next_command(client.id, client.random),
                      .invoked = world_.context.now(),
                      .returned = Instant::never(),
                      .reply = {},
                      .position = {}};
  client.way = draw_way(client);
  world_.context.tell({}, "call", {client.id},
                      [&] { return std::string(client.operation.command.text()); });
  if (client.has_sessions && client.way == Way::kLog) {
    begin_in_session(client);
  }
  client.attempt += kAttemptsMax - client.attempt % kAttemptsMax;
  try_once(client);
}

Server* Clients::choose(Client& client) {
  const bool ask_leader = client.random.chance(1, 2);
  const std::size_t at = static_cast<std::size_t>(client.random.below(servers_.size()));
  if (ask_leader) {
    for (const auto& server : servers_) {
      if (server->is_running() && server->standing().role == core::Role::kLeader) {
        return server.get();
      }
    }
  }
  Server* server = servers_[at].get();
  return server->is_running() && server->process()->is_alive() && !server->process()->is_paused()
             ? server
             : nullptr;
}

void Clients::try_once(Client& client) {
  const bool proposes = client.way == Way::kLog || client.way == Way::kSession;
  Server* server = proposes ? choose(client) : choose_to_read(client);
  if (server == nullptr || server->process()->is_paused() || !server->process()->is_alive()) {
    try_again(client);
    return;
  }
  if (!proposes) {
    read_once(client, *server);
    return;
  }
  const std::uint64_t attempt = ++client.attempt;
  client.process = server->process();
  const bool must_refuse = has_long_been_low(world_.context, *server);
  const Bytes payload = payload_of(client);
  auto call = server->calls()->begin("propose");
  const Result<void> accepted =
      server->node().propose(payload, [this, &client, attempt, call, process = client.process,
                                       payload](const Result<Applied>& outcome) {
        call->called_back();
        // Who is gone tells its clients nothing.
        if (process->is_alive()) {
          on_outcome(client, attempt, payload, outcome);
        }
      });
  if (!accepted) {
    ++world_.context.totals.refused;
    try_again(client);
    return;
  }
  if (must_refuse) {
    world_.context.violate("space_heeded", "server " + std::to_string(server->id().value()) +
                                               " leads, and takes a proposal though it has "
                                               "little space");
  }
  call->accepted();
  if (client.way == Way::kSession) {
    count_attempt(client, payload);
  }
  world_.context.record(server->id(), "propose", {client.id, attempt}, [&] {
    return "client " + std::to_string(client.id) + ": " +
           std::string(client.operation.command.text());
  });
  await(client, attempt);
}

void Clients::await(Client& client, std::uint64_t attempt) {
  const Duration patience =
      draw_patience(client.random, world_.context.plan, client.way == Way::kSession);
  world_.context.timeline.post(patience, [this, &client, attempt] {
    if (!client.waits || client.attempt != attempt) {
      return;
    }
    if (client.way == Way::kSession) {
      again_in_session(client);
    } else {
      finish_unknown(client);
    }
  });
}

void Clients::try_again(Client& client) {
  if (client.way == Way::kSession) {
    again_in_session(client);
    return;
  }
  const Duration pause = client.random.between(milliseconds(1), milliseconds(200));
  if (client.attempt % kAttemptsMax == kAttemptsMax - 1 || stopped_) {
    finish_refused(client);
    return;
  }
  const std::uint64_t attempt = ++client.attempt;
  world_.context.timeline.post(pause, [this, &client, attempt] {
    if (client.waits && client.attempt == attempt) {
      try_once(client);
    }
  });
}

void Clients::on_outcome(Client& client, std::uint64_t attempt, const Bytes& command,
                         const Result<Applied>& outcome) {
  // What a node says must be true, also when nobody waits for it any more.
  if (outcome) {
    world_.ledger.check_acknowledged(outcome->position, command);
    world_.context.record({}, "committed", {client.id, outcome->position.index.value()}, [&] {
      return "client " + std::to_string(client.id) + " at " +
             std::to_string(outcome->position.index.value());
    });
  }
  const auto frame = world_.sessions != nullptr ? sessions::read_frame(command) : std::nullopt;
  if (frame && frame->kind != sessions::Kind::kPlain) {
    on_session_outcome(client, attempt, *frame, outcome);
    return;
  }
  if (!client.waits || client.attempt != attempt) {
    if (!outcome && outcome.error().outcome() == Outcome::kNotCommitted) {
      // Given up as unknown, so it was not tried again.
      world_.ledger.refuse(command);
    }
    return;
  }
  if (outcome) {
    finish_committed(client, *outcome);
  } else if (outcome.error().outcome() == Outcome::kNotCommitted) {
    ++world_.context.totals.refused;
    try_again(client);
  } else {
    finish_unknown(client);
  }
}

void Clients::finish_committed(Client& client, const Applied& applied) {
  ++world_.context.totals.committed;
  client.operation.returned = world_.context.now();
  client.operation.reply = Bytes::copy_of(applied.reply.view());
  client.operation.position = applied.position;
  history_.push_back(std::move(client.operation));
  finish(client, Returned::kAnswered);
}

void Clients::finish_unknown(Client& client) {
  ++world_.context.totals.unknown;
  if (may_have_effect(client)) {
    history_.push_back(std::move(client.operation));
  }
  finish(client, Returned::kUnknown);
}

bool Clients::may_have_effect(const Client& client) {
  // A read without a reply had no effect, now or later.
  return client.way == Way::kLog || (client.way == Way::kSession && client.undecided > 0);
}

void Clients::finish_refused(Client& client) {
  // Nothing is said of a session that is gone, or was not opened.
  if (client.way != Way::kSession || client.session.is_set()) {
    world_.ledger.refuse(payload_of(client));
  }
  finish(client, Returned::kRefused);
}

void Clients::finish(Client& client, Returned outcome) {
  world_.context.tell({}, "returned", {client.id, static_cast<std::uint64_t>(outcome)});
  client.waits = false;
  think(client);
}

std::size_t Clients::waiting() const {
  return static_cast<std::size_t>(std::count_if(clients_.begin(), clients_.end(),
                                                [](const Client& client) { return client.waits; }));
}

bool Clients::call_through(Server& server, std::function<void(Outcome)> done) {
  Random& random = clients_.front().random;
  Operation operation{.client = 0,
                      .command = world_.workload.next_command(0, random),
                      .invoked = world_.context.now()};
  auto call = server.calls()->begin("propose");
  const Bytes payload = plain(operation.command);
  const Result<void> accepted = server.node().propose(
      payload, [this, call, operation, payload, done = std::move(done),
                process = server.process()](const Result<Applied>& outcome) mutable {
        call->called_back();
        if (!process->is_alive()) {
          return;
        }
        if (outcome) {
          world_.ledger.check_acknowledged(outcome->position, payload);
          operation.returned = world_.context.now();
          operation.reply = Bytes::copy_of(outcome->reply.view());
          operation.position = outcome->position;
        }
        if (outcome || outcome.error().outcome() == Outcome::kUnknown) {
          history_.push_back(operation);
        } else {
          world_.ledger.refuse(payload);
        }
        done(outcome ? Outcome::kCommitted : outcome.error().outcome());
      });
  if (!accepted) {
    return false;
  }
  call->accepted();
  return true;
}

History Clients::take_history() {
  for (Client& client : clients_) {
    if (client.waits && may_have_effect(client)) {
      history_.push_back(client.operation);
    }
  }
  std::stable_sort(
      history_.begin(), history_.end(),
      [](const Operation& left, const Operation& right) { return left.invoked < right.invoked; });
  return std::move(history_);
}

}  // namespace buoyant::simulation
