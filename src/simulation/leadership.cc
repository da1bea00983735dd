// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/leadership.h"

#include "simulation/chaos.h"

#include <algorithm>
#include <string>
#include <utility>

namespace buoyant::simulation {

bool transfer_through(Context& context, Server& server, ServerId to, TransferSeen done) {
  auto call = server.calls()->begin("transfer");
  const Result<void> accepted =
      server.node().transfer(to, [&context, call, done = std::move(done),
                                  process = server.process()](const Result<ServerId>& leader) {
        call->called_back();
        if (!process->is_alive()) {
          return;
        }
        context.record(process->server(), "transferred", {leader ? leader->value() : 0}, [&] {
          return leader ? "to " + std::to_string(leader->value())
                        : std::string(leader.error().name());
        });
        if (done) {
          done(leader);
        }
      });
  context.record(server.id(), "transfer", {to.value(), accepted ? 1U : 0U}, [&] {
    return "to " + std::to_string(to.value()) +
           (accepted ? "" : std::string(": ") + accepted.error().name());
  });
  if (accepted) {
    call->accepted();
  }
  return accepted.has_value();
}

bool has_long_been_low(const Context& context, Server& server) {
  // A node looks every quarter of an election timeout, by its own clock, when it runs at all.
  const Duration notice = context.plan.election_timeout * 2;
  if (!server.disk().low_since || server.node().status().standing.role != core::Role::kLeader) {
    return false;
  }
  const Instant since =
      std::max({*server.disk().low_since, server.started_at(), server.process()->paused_until()});
  return context.now() - since > notice;
}

void Chaos::hand_over(Random& random) {
  Server& server = any(random);
  // Zero is anybody; one more than there are is nobody.
  const ServerId to{random.below(servers_.size() + 2)};
  if (server.is_running() && server.process()->is_alive() && !server.process()->is_paused()) {
    (void)transfer_through(context_, server, to, nullptr);
  }
}

void Chaos::run_low(Random& random) {
  Server& server = any(random);
  const Duration time = draw_pause(random) * 2;
  const bool runs_out = random.chance(1, 3);
  context_.record(server.id(), "low_disk",
                  {static_cast<std::uint64_t>(time.count()), runs_out ? 1U : 0U},
                  [&] { return for_so_long(time) + (runs_out ? ", and runs out" : ""); });
  server.disk().low_since = context_.now();
  if (runs_out) {
    context_.timeline.post(time / 2, [this, &server] {
      server.disk().full = context_.faulty && server.disk().low_since.has_value();
    });
  }
  context_.timeline.post(time, [this, &server] {
    // Healing has ended it.
    if (context_.faulty) {
      context_.tell(server.id(), "well_disk", {}, [] { return "low"; });
      server.disk().low_since.reset();
      server.disk().full = false;
    }
  });
}

}  // namespace buoyant::simulation
