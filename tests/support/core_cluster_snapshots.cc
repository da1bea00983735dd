// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Snapshots (§5) as the core's host sees them: taken, sent, received, installed, restored.

#include "tests/support/core_cluster.h"

#include <algorithm>
#include <utility>

namespace buoyant::core_cluster {

bool needs_snapshot(const Server& server, ServerId id) {
  const std::vector<core::PeerProgress> peers = server.raft->progress();
  return std::any_of(peers.begin(), peers.end(), [id](const core::PeerProgress& peer) {
    return peer.id == id && peer.state == core::ProgressState::kSnapshot;
  });
}

IndexRange to_apply(const Server& server, const core::Ready& ready) {
  const Index from =
      ready.install ? std::max(server.applied, ready.install->id.position.index) : server.applied;
  // What was compacted comes with an installation that is on its way.
  const bool waits = from < server.raft->base().index;
  return {.first = from.next(), .last = waits ? from : std::max(from, ready.apply_through)};
}

core::RestoredState Cluster::restore(const Server& server) const {
  core::RestoredState restored;
  restored.hard_state = server.durable_state;
  restored.snapshot = server.durable_snapshot;
  restored.base = server.durable_base;
  for (std::size_t at = server.durable_base.index.value(); at < server.durable_log.size(); ++at) {
    const Item& item = server.durable_log[at];
    append_run(restored.runs, item.term, 1);
    if (const auto found = configurations_.find(item.value); found != configurations_.end()) {
      restored.configurations.push_back({.index = Index(at + 1), .configuration = found->second});
    }
  }
  return restored;
}

Items Cluster::log_through(LogPosition position) {
  const std::uint64_t end = position.index.value();
  if (end == 0 || end > ledger_.size() || ledger_[end - 1].term != position.term) {
    violated("a snapshot of what is not committed");
    return {};
  }
  return {ledger_.begin(), ledger_.begin() + static_cast<std::ptrdiff_t>(end)};
}

void Cluster::compact_disk(Server& server, const core::Write& write) {
  if (write.snapshot) {
    server.durable_snapshot = *write.snapshot;
  }
  if (!write.compact_through) {
    return;
  }
  const Index through = *write.compact_through;
  if (through < server.durable_base.index || through.value() > server.durable_log.size() ||
      through > server.durable_snapshot.id.position.index) {
    violated("a write drops what no snapshot covers");
    return;
  }
  if (through.is_set()) {
    server.durable_base = {.term = server.durable_log[through.value() - 1].term, .index = through};
  }
}

bool Cluster::take_snapshot(Server& server, std::uint64_t keeping) {
  const Index applied = server.applied;
  const std::optional<Term> term = server.raft->term_at(applied);
  const bool is_under_way =
      std::any_of(server.files.begin(), server.files.end(),
                  [](const SnapshotFile& file) { return !file.from.is_set(); });
  if (applied <= server.raft->snapshot().id.position.index || !term || is_under_way) {
    return false;
  }
  const ConfigurationAt& configuration = server.raft->configuration_at(applied);
  const SnapshotMetadata snapshot{.id = {.position = {.term = *term, .index = applied},
                                         .creator = server.id,
                                         .sequence = ++snapshots_taken_,
                                         .checksum = 0},
                                  .configuration = configuration.configuration,
                                  .configuration_index = configuration.index,
                                  .bytes = 1};
  write_file(server, {.from = {}, .term = {}, .snapshot = snapshot, .keeping = keeping});
  return true;
}

void Cluster::write_file(Server& server, SnapshotFile file) {
  server.files.push_back(std::move(file));
  if (!options_.slow_files) {
    complete_file(server);
  }
}

void Cluster::complete_file(Server& server, std::size_t at) {
  if (at >= server.files.size() || server.raft->fault_reason() != nullptr) {
    return;
  }
  const SnapshotFile file = std::move(server.files[at]);
  server.files.erase(server.files.begin() + static_cast<std::ptrdiff_t>(at));
  if (file.from.is_set()) {
    if (server.raft->snapshot_received(now(server), file.from, file.term, file.snapshot)) {
      server.log = log_through(file.snapshot.id.position);
    }
    answer_snapshot(server, file.from, {.term = file.term, .snapshot = file.snapshot, .offset = 0});
  } else {
    const std::uint64_t index = file.snapshot.id.position.index.value();
    const Index through(index - std::min(index, file.keeping));
    (void)server.raft->snapshot_taken(now(server), file.snapshot, through);
  }
  check(server);
}

void Cluster::fail_snapshot(Server& server, const Packet& packet) {
  server.sending.erase(packet.to);
  server.raft->snapshot_failed(now(server), packet.to,
                               std::get<InstallSnapshot>(packet.message).term);
  check(server);
}

void Cluster::give_up_late_snapshots(Server& server) {
  for (const auto& [to, since] : std::exchange(server.sending, {})) {
    if (!needs_snapshot(server, to)) {
      continue;
    }
    if (now(server) < since + kSnapshotPatience) {
      server.sending.emplace(to, since);
    } else {
      server.raft->snapshot_failed(now(server), to, server.raft->hard_state().term);
    }
  }
}

void Cluster::receive_snapshot(Server& server, ServerId from, const InstallSnapshot& message) {
  const core::SnapshotOffer offer =
      server.raft->snapshot_offered(now(server), from, message.term, message.snapshot);
  if (offer.progress == InstallProgress::kWanted) {
    write_file(server,
               {.from = from, .term = message.term, .snapshot = message.snapshot, .keeping = 0});
  } else {
    answer_snapshot(server, from, message);
  }
}

void Cluster::answer_snapshot(Server& server, ServerId from, const InstallSnapshot& message) {
  if (server.raft->fault_reason() != nullptr) {
    return;
  }
  const core::SnapshotOffer offer = server.raft->snapshot_offer(message.term, message.snapshot);
  const InstallSnapshotReply reply{
      .term = offer.term, .snapshot = message.snapshot.id, .progress = offer.progress, .offset = 0};
  server.answers.push_back(
      {.after = offer.after,
       .packet = {.from = server.id, .to = from, .message = reply, .items = {}}});
}

void Cluster::carry_out_snapshots(Server& server, const core::Ready& ready) {
  std::vector<HeldPacket> packets = std::exchange(server.answers, {});
  for (const ServerId to : ready.snapshots) {
    if (!needs_snapshot(server, to)) {
      violated("a snapshot is asked for that nobody waits for");
    }
    const InstallSnapshot message{
        .term = server.raft->hard_state().term, .snapshot = server.raft->snapshot(), .offset = 0};
    packets.push_back(
        {.after = {}, .packet = {.from = server.id, .to = to, .message = message, .items = {}}});
    server.sending[to] = now(server);
  }
  for (HeldPacket& packet : packets) {
    if (options_.observer != nullptr) {
      options_.observer->on_snapshot(server, packet);
    }
    server.held.push_back(std::move(packet));
  }
  if (ready.install) {
    snapshots_installed_ += 1;
    install(server, *ready.install);
  }
}

void Cluster::install(Server& server, const SnapshotMetadata& snapshot) {
  const LogPosition position = snapshot.id.position;
  if (position != server.durable_snapshot.id.position) {
    violated("a snapshot is installed that is not the disk's");
  }
  (void)log_through(position);
  server.applied = std::max(server.applied, position.index);
}

void Cluster::check_snapshot(const Server& server) {
  const SnapshotMetadata& snapshot = server.raft->snapshot();
  if (!snapshot.id.position.index.is_set()) {
    return;
  }
  const Items covered = log_through(snapshot.id.position);
  // S17: the configuration that was in effect there, and no later one.
  for (std::size_t at = covered.size(); at > 0; --at) {
    if (const auto found = configurations_.find(covered[at - 1].value);
        found != configurations_.end()) {
      if (snapshot.configuration_index != Index(at) || snapshot.configuration != found->second) {
        violated("a snapshot has another configuration than its position");
      }
      return;
    }
  }
}

}  // namespace buoyant::core_cluster
