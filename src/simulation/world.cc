// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/world.h"

#include <algorithm>
#include <utility>

namespace buoyant::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Statuses are looked at after so many events.
constexpr std::uint64_t kLookEvery = 64;
/// Far more events than any run has: something wakes itself for ever.
constexpr std::uint64_t kEventsMax = 20'000'000;

std::vector<Member> make_members(std::size_t servers) {
  std::vector<Member> members;
  for (std::size_t i = 1; i <= servers; ++i) {
    members.push_back({.id = ServerId(i), .address = "server:" + std::to_string(i)});
  }
  return members;
}

/// Spares are there when somebody may add them.
std::size_t everybody_in(const Plan& plan) {
  return plan.servers + (plan.faults.has(Fault::kMembership) ? plan.spares : 0);
}

std::shared_ptr<ExactlyOnce> make_sessions(Context& context, const Workload& workload) {
  return workload.has_sessions()
             ? std::make_shared<ExactlyOnce>(context, draw_session_options(context.plan.seed))
             : nullptr;
}

}  // namespace

World::World(const Plan& plan, Workload& workload, const TraceSink& trace)
    : plan_(plan),
      workload_(workload),
      context_(plan_, trace),
      network_(context_),
      promises_(context_, disks_),
      ledger_(context_, disks_),
      replies_(context_),
      server_world_{.context = context_,
                    .network = network_,
                    .promises = promises_,
                    .ledger = ledger_,
                    .replies = replies_,
                    .workload = workload_,
                    .members = make_members(plan.servers),
                    .everybody = make_members(everybody_in(plan)),
                    .sessions = make_sessions(context_, workload_)},
      states_(context_),
      end_(stream_of(plan.seed, Stream::kEnd)),
      seen_(everybody_in(plan)) {
  promises_.set_ledger(ledger_);
  for (const Member& member : server_world_.everybody) {
    servers_.push_back(std::make_unique<Server>(server_world_, member.id));
    disks_.push_back(&servers_.back()->disk());
  }
  clients_ = std::make_unique<Clients>(server_world_, servers_);
  chaos_ = std::make_unique<Chaos>(server_world_, servers_);
  upgrades_ = std::make_unique<Upgrades>(server_world_, servers_);
}

World::~World() = default;

Report World::run() {
  const bool passed = go_through_faults() && come_to_rest() && serve_everywhere() &&
                      hand_over_everywhere() && heed_space() && stay_quiet() && start_again() &&
                      close_everything() && look_back();
  (void)passed;
  Report report{.plan = plan_,
                .violation = context_.violation(),
                .hash = context_.hash(),
                .totals = context_.totals};
  report.totals.seeds = 1;
  report.totals.events = context_.timeline.events();
  report.totals.simulated = context_.now().since_start();
  return report;
}

bool World::run_until(const std::function<bool()>& condition, Duration limit) {
  const Instant until = context_.now() + limit;
  while (!condition()) {
    if (!context_.timeline.run_one(until)) {
      return !context_.violation() && condition();
    }
    if (context_.is_traced()) {
      states_.look(servers_);
    }
    if (context_.timeline.events() % kLookEvery == 0) {
      look_at_nodes();
    }
    if (context_.timeline.events() > kEventsMax) {
      context_.violate("busy", "the run does not end: " + describe());
    }
    if (context_.violation()) {
      return false;
    }
  }
  return true;
}

bool World::run_for(Duration duration) {
  (void)run_until([] { return false; }, duration);
  return !context_.violation();
}

void World::look_at_nodes() {
  for (const auto& server : servers_) {
    if (server->is_running() && server->process()->is_alive()) {
      look_at(*server, server->node().status());
    }
  }
}

void World::look_at(Server& server, const NodeStatus& status) {
  Seen& seen = seen_[server.id().value() - 1];
  if (seen.start != server.process()->start()) {
    seen = {.start = server.process()->start()};
  }
  const auto expect = [&](bool holds, const char* what) {
    if (!holds) {
      context_.violate("node_state", "server " + std::to_string(server.id().value()) + ": " + what +
                                         " - " + describe());
    }
  };
  expect(status.applied <= status.commit || status.faulted != nullptr, "applied beyond the commit");
  expect(status.commit <= status.last.index, "committed beyond the log");
  expect(status.durable <= status.last.index, "durable beyond the log");
  expect(status.durable <= server.disk().last().index, "calls durable what is not");
  expect(status.applied >= seen.applied, "applied goes back");
  expect(status.first <= status.snapshot.next(), "compacts more than its snapshot covers");
  expect(status.snapshot <= status.commit || status.faulted != nullptr,
         "has a snapshot beyond the commit");
  expect(status.snapshot >= seen.snapshot, "the snapshot goes back");
  expect(status.standing.term >= seen.term, "the term goes back");
  expect(status.commit <= ledger_.last() || ledger_.is_on_majority(status.commit),
         "calls committed what is durable on no majority");
  const NodeOptions& options = server.options();
  expect(status.reads_pending <= options.reads_max, "more reads than its bound");
  expect(status.proposals_pending <= options.proposals_max, "more proposals than its bound");
  for (const PeerStatus& peer : status.peers) {
    // The last frame may go beyond the window, by what one frame may hold.
    expect(peer.inflight_bytes <=
               options.inflight_bytes_max + options.append_bytes_max + options.entry_bytes_max,
           "more bytes in flight than its bound");
    expect(peer.match < peer.next || !peer.next.is_set(), "a match beyond what is next");
  }
  look_at_contacts(server, status);
  look_at_matches(server, status);
  seen.applied = status.applied;
  seen.snapshot = status.snapshot;
  seen.term = status.standing.term;
}

void World::look_at_contacts(Server& server, const NodeStatus& status) {
  const Duration silence_max = plan_.election_timeout * 3;
  // Who stood still has heard of nobody meanwhile, and begins anew.
  const bool has_listened = context_.now() - server.process()->paused_until() > silence_max;
  const bool leads = status.standing.role == core::Role::kLeader;
  if (!plan_.check_quorum || !leads || !has_listened) {
    return;
  }
  const auto is_heard_of = [&](ServerId id) {
    return id == server.id() ||
           std::any_of(status.peers.begin(), status.peers.end(), [&](const PeerStatus& peer) {
             return peer.id == id && peer.silent <= silence_max;
           });
  };
  if (!Quorums::is_met(status.configuration, is_heard_of)) {
    context_.violate("quorum_checked", "server " + std::to_string(server.id().value()) +
                                           " goes on leading without a majority: " + describe());
  }
}

void World::look_at_matches(Server& server, const NodeStatus& status) {
  if (status.standing.role != core::Role::kLeader) {
    return;
  }
  for (const PeerStatus& peer : status.peers) {
    // Whatever an earlier term's answers said may have been dropped since.
    const Index said = promises_.acknowledged(peer.id, server.id(), status.standing.term);
    if (peer.match > said) {
      context_.violate("match_acknowledged", "server " + std::to_string(server.id().value()) +
                                                 " counts " + std::to_string(peer.match.value()) +
                                                 " of server " + std::to_string(peer.id.value()) +
                                                 ", which has acknowledged " +
                                                 std::to_string(said.value()) + " in this term");
    }
  }
}

bool World::go_through_faults() {
  upgrades_->start();
  for (const auto& server : servers_) {
    // Not all at once: a cluster grows as its servers come up.
    server->start_later(end_.between(milliseconds(0), milliseconds(100)));
  }
  clients_->start();
  chaos_->start();
  return run_for(plan_.faulty);
}

void World::lose_some_for_good() {
  if (plan_.faults.has(Fault::kMembership)) {
    return;
  }
  std::size_t lost = 0;
  const auto lose = [&](Server& server) {
    context_.record(server.id(), "lost");
    server.crash("for good");
    server.retire();
    ++lost;
  };
  for (const auto& server : servers_) {
    if (server->disk().has_corruption()) {
      lose(*server);
    }
  }
  const std::uint64_t first = end_.below(servers_.size());
  const std::uint64_t wanted = draw_from(end_, 0, chaos_->minority());
  for (std::size_t i = 0; plan_.faults.has(Fault::kDeadMinority) && i < servers_.size(); ++i) {
    Server& server = *servers_[(first + i) % servers_.size()];
    if (lost < wanted && !server.is_retired()) {
      lose(server);
    }
  }
}

void World::break_a_link() {
  // With one server more than a majority needs, whoever has the longest log reaches enough.
  const std::vector<Server*> left = living();
  if (!plan_.faults.has(Fault::kBadLink) || plan_.faults.has(Fault::kMembership) ||
      left.size() <= servers_.size() / 2 + 1) {
    return;
  }
  const std::size_t one = static_cast<std::size_t>(end_.below(left.size()));
  const std::size_t another = (one + 1) % left.size();
  context_.record(left[one]->id(), "bad_link", {left[another]->id().value()});
  network_.block(left[one]->id(), left[another]->id());
  network_.block(left[another]->id(), left[one]->id());
}

Duration World::patience() const {
  // Connections that hang are given up after three seconds, nodes that close take their time.
  return plan_.election_timeout * 20 + seconds(15);
}

bool World::come_to_rest() {
  chaos_->heal();
  lose_some_for_good();
  break_a_link();
  if (end_.chance(1, 2)) {
    // What was proposed is decided although nobody proposes any more (§3.6.2).
    clients_->stop();
  }
  // The ends of connections are on their way to those who did not know of them, and what a spike
  // of the delay has stopped before.
  const bool has_spikes = plan_.faults.has(Fault::kDelay);
  if (!run_for(seconds(1) + (has_spikes ? plan_.election_timeout * 5 : Duration(0)))) {
    return false;
  }
  if (!run_until([this] { return is_at_rest(); }, patience())) {
    context_.violate("progress", "the cluster does not come to rest: " + describe());
    return false;
  }
  clients_->stop();
  if (!run_until([this] { return clients_->waiting() == 0 && is_at_rest(); }, patience())) {
    context_.violate("progress", "calls of clients do not end: " + describe());
    return false;
  }
  return true;
}

bool World::stay_quiet() {
  const Server* leading = leader();
  if (leading == nullptr) {
    context_.violate("quiet", "the leader is lost without a reason: " + describe());
    return false;
  }
  const Term term = leading->standing().term;
  std::vector<std::uint64_t> turns;
  for (const auto& server : servers_) {
    turns.push_back(server->turns());
  }
  constexpr std::int64_t kHeartbeats = 100;
  if (!run_for(plan_.heartbeat_interval * kHeartbeats)) {
    return false;
  }
  // I20: also with servers that were removed and do not know it, or know it.
  if (leader() != leading || leading->standing().term != term) {
    context_.violate("quiet", "the term changes though nothing is wrong: " + describe());
  }
  if (!is_at_rest()) {
    context_.violate("quiet", "the cluster does not stay at rest: " + describe());
  }
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    const std::uint64_t most = 20U * kHeartbeats * servers_.size() + 200;
    if (servers_[i]->turns() > turns[i] + most) {
      context_.violate("busy", "server " + std::to_string(i + 1) + " takes " +
                                   std::to_string(servers_[i]->turns() - turns[i]) +
                                   " turns at rest");
    }
  }
  return !context_.violation();
}

bool World::start_again() {
  // Nobody calls: a leader commits by itself what earlier terms have left (§3.6.2), and every
  // state machine is given everything once more.
  for (Server* server : living()) {
    server->crash("all, at the end");
    server->start_later(end_.between(milliseconds(1), milliseconds(100)));
  }
  // Their ends come first.
  if (!run_for(milliseconds(1))) {
    return false;
  }
  if (!run_until([this] { return is_at_rest(); }, patience())) {
    context_.violate("progress", "the cluster does not start again: " + describe());
  }
  return !context_.violation();
}

bool World::close_everything() {
  // Before that: what was acknowledged is on every disk that counts.
  for (const Server* server : members()) {
    const bool behind_bad_link = leader() != nullptr && !reaches(*server, *leader());
    const DiskEntry* last = server->disk().find(ledger_.last());
    const bool whole = last == nullptr ? server->disk().covers(ledger_.last())
                                       : ledger_.agrees(ledger_.last(), last->checksum);
    if (!whole && !behind_bad_link && ledger_.last().is_set()) {
      context_.violate("durable_everywhere",
                       "server " + std::to_string(server->id().value()) +
                           " is at rest without everything that was committed");
    }
  }
  for (const auto& server : servers_) {
    server->close(std::nullopt);
    // A start that a fault put off to this time comes too late.
    server->retire();
  }
  const auto all_gone = [this] {
    return std::all_of(servers_.begin(), servers_.end(),
                       [](const auto& server) { return server->process() == nullptr; });
  };
  if (!run_until(all_gone, seconds(40))) {
    context_.violate("closes", "a node does not close");
    return false;
  }
  if (!run_for(seconds(10))) {
    return false;
  }
  if (network_.held() != 0) {
    context_.violate("closes", "connections are left when all nodes are closed");
  }
  return !context_.violation();
}

bool World::look_back() {
  const std::uint64_t undecided = workload_.undecided();
  if (auto wrong = workload_.judge(clients_->take_history())) {
    context_.violate("history", std::move(*wrong));
  }
  context_.totals.undecided = workload_.undecided() - undecided;
  return !context_.violation();
}

}  // namespace buoyant::simulation
