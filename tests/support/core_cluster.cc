// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/core_cluster.h"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

namespace buoyant::core_cluster {

Configuration configuration_of(const Options& options) {
  std::vector<Member> members;
  for (std::uint64_t id = 1; id <= options.servers; ++id) {
    const bool learns = id > options.servers - options.learners;
    members.push_back({.id = ServerId(id),
                       .address = "s",
                       .role = learns ? MemberRole::kLearner : MemberRole::kVoter});
  }
  return *make_configuration(std::move(members));
}

Letter letter_of(const Message& message) {
  return std::visit([](const auto& each) -> Letter { return each; }, message);
}

/// Requires: the letter is one of the core's messages.
Message message_of(const Letter& letter) {
  return std::visit(
      [](const auto& each) -> Message {
        if constexpr (std::is_constructible_v<Message, decltype(each)>) {
          return each;
        } else {
          return {};
        }
      },
      letter);
}

Item* item_at(Items& log, Index index) {
  return index.is_set() && index.value() <= log.size() ? &log[index.value() - 1] : nullptr;
}

void put(Items& log, Index index, const Item& item) {
  log.resize(std::max<std::size_t>(log.size(), index.value()));
  log[index.value() - 1] = item;
}

Cluster::Cluster(const Options& options) : options_(options) {
  configurations_.emplace(kBootstrap.value, configuration_of(options));
  for (std::uint64_t id = 1; id <= options.servers + options.spares; ++id) {
    Server server;
    server.id = ServerId(id);
    if (id <= options.servers) {
      server.durable_state.term = Term(1);
      server.durable_log = {kBootstrap};
    }
    if (id <= options.disks.size()) {
      server.durable_state = options.disks[id - 1].hard_state;
      server.durable_log = options.disks[id - 1].log;
    }
    servers_.push_back(std::move(server));
  }
  ledger_ = {kBootstrap};
  for (Server& server : servers_) {
    start(server);
  }
}

void Cluster::start(Server& server) {
  core::RaftOptions options = options_.raft;
  options.id = server.id;
  options.seed = options_.seed * 1000003 + ++starts_;
  if (server.id.value() <= options_.preferences.size()) {
    options.preference = options_.preferences[server.id.value() - 1];
  }
  server.raft = std::make_unique<core::Raft>(options, restore(server), now(server));
  server.log = server.durable_log;
  server.writes.clear();
  server.held.clear();
  server.written = {};
  server.applied = {};
  if (server.durable_snapshot.id.position.index.is_set()) {
    install(server, server.durable_snapshot);
  }
  turn(server);
}

Server* Cluster::find(ServerId id) {
  return id.value() <= servers_.size() ? &servers_[id.value() - 1] : nullptr;
}

Server* Cluster::leader() {
  Server* newest = nullptr;
  for (Server& server : servers_) {
    if (server.raft != nullptr && server.raft->is_leader() &&
        (newest == nullptr || server.raft->standing().term > newest->raft->standing().term)) {
      newest = &server;
    }
  }
  return newest;
}

void Cluster::violated(const std::string& what) {
  if (violation_.empty()) {
    violation_ = what;
  }
}

void Cluster::turn(Server& server) {
  if (now(server) >= server.deadline) {
    server.raft->advance_time(now(server));
  }
  give_up_late_snapshots(server);
  core::Ready ready = server.raft->take_ready();
  if (options_.observer != nullptr) {
    options_.observer->on_ready(server, ready);
  }
  carry_out(server, std::move(ready));
  check(server);
}

void Cluster::carry_out(Server& server, core::Ready ready) {
  for (const core::CreatedEntry& created : ready.write.created) {
    if (created.configuration) {
      configurations_.emplace(next_value_, *created.configuration);
    }
    put(server.log, created.index, {.term = created.term, .value = next_value_++});
  }
  submit(server, std::move(ready.write));
  for (const core::Envelope& envelope : ready.messages) {
    server.held.push_back({.after = envelope.after,
                           .packet = {.from = server.id,
                                      .to = envelope.to,
                                      .message = letter_of(envelope.message),
                                      .items = {}}});
  }
  carry_out_snapshots(server, ready);
  release_held(server);
  for (const core::Replicate& permission : ready.replicate) {
    replicate(server, permission);
  }
  if (ready.apply_through < server.applied) {
    violated("apply_through went back");
  }
  const IndexRange applies = to_apply(server, ready);
  for (Index index = applies.first; index <= applies.last; index = index.next()) {
    if (index.value() > ledger_.size() ||
        *item_at(server.log, index) != ledger_[index.value() - 1]) {
      violated("state machine safety: another entry applied than was committed");
    }
  }
  server.applied = applies.empty() ? server.applied : applies.last;
  server.deadline = ready.deadline;
  for (const auto& [to, since] : server.sending) {
    server.deadline = std::min(server.deadline, since + kSnapshotPatience);
  }
}

void Cluster::submit(Server& server, core::Write write) {
  if (write.empty()) {
    return;
  }
  PendingDiskWrite pending{.write = std::move(write), .items = {}};
  const IndexRange range = pending.write.append;
  for (Index index = range.first; index <= range.last; index = index.next()) {
    pending.items.push_back(*item_at(server.log, index));
  }
  server.writes.push_back(std::move(pending));
}

void Cluster::release_held(Server& server) {
  std::vector<HeldPacket> kept;
  for (HeldPacket& held : server.held) {
    if (held.after <= server.written) {
      send(server, std::move(held.packet));
    } else {
      kept.push_back(std::move(held));
    }
  }
  server.held = std::move(kept);
}

void Cluster::send(Server& server, Packet packet) {
  check_promise(server, packet);
  packets_.push_back(std::move(packet));
}

void Cluster::replicate(Server& server, const core::Replicate& permission) {
  if (permission.prev.index < server.raft->base().index) {
    violated("entries are to be sent that were compacted");
    return;
  }
  if (server.disk_unreadable && permission.prev.index < permission.through) {
    server.raft->replicate_failed(now(server), permission.to, permission.term,
                                  core::ReplicateFailure::kReadFailed);
    return;
  }
  Index prev = permission.prev.index;
  Term prev_term = permission.prev.term;
  for (;;) {
    const Index last = std::min(permission.through, prev + options_.entries_per_message_max);
    Packet packet{.from = server.id, .to = permission.to, .message = {}, .items = {}};
    AppendEntries append{.term = permission.term,
                         .prev = {.term = prev_term, .index = prev},
                         .commit = permission.commit,
                         .round = permission.round,
                         .runs = {},
                         .configurations = {}};
    for (Index index = prev.next(); index <= last; index = index.next()) {
      packet.items.push_back(*item_at(server.log, index));
      append_run(append.runs, packet.items.back().term, 1);
      if (const auto found = configurations_.find(packet.items.back().value);
          found != configurations_.end()) {
        append.configurations.push_back({.index = index, .configuration = found->second});
      }
    }
    if (!packet.items.empty()) {
      prev_term = packet.items.back().term;
    }
    packet.message = std::move(append);
    send(server, std::move(packet));
    server.raft->replicated(now(server), permission.to, permission.term, last);
    prev = last;
    if (permission.probe || prev >= permission.through) {
      return;
    }
  }
}

void Cluster::deliver(std::size_t at) {
  const Packet packet = packets_[at];
  drop(at);
  receive(packet);
}

IndexRange Cluster::receive(const Packet& packet) {
  Server& server = *find(packet.to);
  core::Received received;
  if (const auto* snapshot = std::get_if<InstallSnapshot>(&packet.message)) {
    receive_snapshot(server, packet.from, *snapshot);
  } else if (const auto* answer = std::get_if<InstallSnapshotReply>(&packet.message)) {
    server.raft->snapshot_answered(now(server), packet.from, *answer);
  } else {
    received = server.raft->receive(now(server), packet.from, message_of(packet.message));
  }
  if (!received.appended.empty()) {
    const Index prev = std::get<AppendEntries>(packet.message).prev.index;
    server.log.resize(received.appended.first.value() - 1);
    for (Index index = received.appended.first; index <= received.appended.last;
         index = index.next()) {
      put(server.log, index, packet.items[index - prev - 1]);
    }
  }
  check(server);
  return received.appended;
}

void Cluster::drop(std::size_t at) {
  packets_.erase(packets_.begin() + static_cast<std::ptrdiff_t>(at));
}

void Cluster::duplicate(std::size_t at) {
  packets_.push_back(packets_[at]);
}

void Cluster::make_durable(Server& server, const PendingDiskWrite& pending, bool with_entries) {
  if (pending.write.hard_state) {
    server.durable_state = *pending.write.hard_state;
  }
  if (pending.write.truncate_from) {
    server.durable_log.resize(
        std::min<std::size_t>(server.durable_log.size(), pending.write.truncate_from->value() - 1));
  }
  if (pending.write.snapshot && !pending.write.compact_through) {
    server.durable_log = log_through(pending.write.snapshot->id.position);
    server.durable_base = pending.write.snapshot->id.position;
  }
  if (with_entries && !pending.items.empty()) {
    if (pending.write.append.first.value() != server.durable_log.size() + 1) {
      violated("a write does not continue the stored log");
      return;
    }
    server.durable_log.insert(server.durable_log.end(), pending.items.begin(), pending.items.end());
  }
  compact_disk(server, pending.write);
}

void Cluster::complete_write(Server& server) {
  if (server.writes.empty()) {
    return;
  }
  const PendingDiskWrite pending = std::move(server.writes.front());
  server.writes.pop_front();
  if (server.disk_full && !pending.items.empty()) {
    make_durable(server, pending, false);
    WriteId through = pending.write.id;
    // Until one comes that knows of it, no write's entries are taken.
    while (!server.writes.empty() && !server.writes.front().write.after_no_space) {
      make_durable(server, server.writes.front(), false);
      through = server.writes.front().write.id;
      server.writes.pop_front();
    }
    server.written = through;
    server.raft->written(now(server), through, core::Written::kNoSpace);
    server.log.resize(std::min<std::size_t>(server.log.size(), server.raft->last().index.value()));
  } else {
    make_durable(server, pending, true);
    server.written = pending.write.id;
    server.raft->written(now(server), pending.write.id, core::Written::kDurable);
  }
  release_held(server);
  check(server);
}

void Cluster::fail_write(Server& server) {
  if (server.writes.empty()) {
    return;
  }
  const WriteId id = server.writes.front().write.id;
  server.writes.clear();
  server.raft->written(now(server), id, core::Written::kFailed);
  check(server);
}

Result<LogPosition> Cluster::propose(Server& server, std::uint64_t count) {
  const auto position = server.raft->propose(now(server), count);
  if (position) {
    server.log.resize(position->index.value() - 1);
    for (std::uint64_t i = 0; i < count; ++i) {
      put(server.log, position->index + i, {.term = position->term, .value = next_value_++});
    }
  }
  check(server);
  return position;
}

Result<ServerId> Cluster::transfer(Server& server, ServerId to) {
  const auto target = server.raft->transfer(now(server), to);
  check(server);
  return target;
}

Result<std::uint64_t> Cluster::change_membership(Server& server, std::vector<Member> members) {
  const auto number = server.raft->change_membership(now(server), std::move(members),
                                                     server.raft->configuration().index);
  check(server);
  return number;
}

void Cluster::stop(Server& server, std::size_t writes_that_survive) {
  for (std::size_t i = 0; i < writes_that_survive && !server.writes.empty(); ++i) {
    make_durable(server, server.writes.front(), !server.disk_full);
    server.writes.pop_front();
  }
  server.raft.reset();
  server.log = server.durable_log;
  server.writes.clear();
  server.held.clear();
  server.answers.clear();
  server.files.clear();
  server.sending.clear();
  server.deadline = Instant::never();
}

void Cluster::crash(Server& server, std::size_t writes_that_survive) {
  stop(server, writes_that_survive);
  start(server);
}

void Cluster::elapse(Duration duration) {
  now_ = now_ + duration;
}

void Cluster::run_well_for(Duration duration) {
  const Instant end = now_ + duration;
  while (now_ < end) {
    for (int rounds = 0; rounds < 50; ++rounds) {
      for (Server& server : servers_) {
        complete_write(server);
        complete_file(server);
        turn(server);
      }
      const std::size_t arrived = packets_.size();
      for (std::size_t i = 0; i < arrived; ++i) {
        deliver(0);
      }
    }
    elapse(std::chrono::milliseconds(10));
  }
}

}  // namespace buoyant::core_cluster
