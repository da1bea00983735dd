// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/fuzz/victim.h"

#include "buoyant/base/assert.h"
#include "tests/fuzz/arrive.h"

#include <utility>

namespace buoyant::fuzz {

/// More tasks at one instant than any input needs: something wakes itself for ever.
constexpr std::size_t kTasksPerInstantMax = 50'000;

void Ear::set_peers(std::vector<port::PeerAddress> peers) noexcept {
  peers_.clear();
  for (const port::PeerAddress& peer : peers) {
    BUOYANT_ASSERT(peer.id != ServerId(1));
    peers_.insert(peer.id);
  }
}

void Ear::link_snapshots(ServerId peer, bool wanted) noexcept {
  wanted ? (void)wanted_.insert(peer) : (void)wanted_.erase(peer);
}

port::SendResult Ear::send(ServerId peer, port::Channel channel, const Frame& frame) noexcept {
  BUOYANT_ASSERT(peer != ServerId(1));
  auto decoded = codec_.decode(arrive(frame));
  BUOYANT_ASSERT(decoded.has_value());
  if (port::is_dialled(channel) &&
      !up_.contains({.peer = peer, .purpose = port::purpose_of(channel)})) {
    return port::SendResult::kNotConnected;
  }
  if (is_full) {
    return port::SendResult::kQueueFull;
  }
  newest[frame.type] = std::move(decoded->message);
  return port::SendResult::kQueued;
}

void Ear::connect(ServerId peer, bool up) {
  const port::LinkKey link{.peer = peer, .purpose = LinkPurpose::kRequests};
  if (up && peers_.contains(peer) && up_.insert(link).second) {
    events_->on_connected(peer);
  } else if (!up && up_.erase(link) > 0) {
    events_->on_disconnected(peer);
  }
}

void Ear::connect_snapshots(ServerId peer, bool up) {
  const port::LinkKey link{.peer = peer, .purpose = LinkPurpose::kSnapshots};
  if (up && wanted_.contains(peer) && up_.insert(link).second) {
    events_->on_snapshot_connected(peer);
  } else if (!up && up_.erase(link) > 0) {
    events_->on_snapshot_disconnected(peer);
  }
}

std::vector<Member> Victim::members() {
  return {{.id = ServerId(1), .address = "one:1"},
          {.id = ServerId(2), .address = "two:1"},
          {.id = ServerId(3), .address = "three:1"}};
}

Victim::Victim(bool lease_reads) : lease_reads_(lease_reads) {
  start();
  const Result<void> accepted = node_->bootstrap(members(), [](const Result<void>&) {});
  BUOYANT_ASSERT(accepted.has_value());
  run_for(std::chrono::milliseconds(1));
  ear_->connect(ServerId(2), true);
  ear_->connect(ServerId(3), true);
}

Victim::~Victim() {
  node_.reset();
  run_for(std::chrono::seconds(1));
}

void Victim::start() {
  NodeOptions options;
  options.id = ServerId(1);
  options.cluster = "cluster";
  options.address = "one:1";
  options.seed = 7;
  options.lease_reads = lease_reads_;
  // Small, so that inputs of a few hundred bytes reach the bounds.
  options.inflight_entries_max = 8;
  options.entry_cache_bytes_max = 4096;
  options.snapshot_entries = 16;
  options.snapshot_tail_entries = 4;
  options.forwarded_per_peer_max = 16;
  options.controls_max = 4;
  options.snapshot_part_bytes = 4;
  NodePorts ports;
  ports.loop = std::make_unique<memory::MemoryEventLoop>(scheduler_);
  auto storage = std::make_unique<node_cluster::Disk>(
      scheduler_, image_,
      memory::MemoryStorageOptions{.write_delay = std::chrono::milliseconds(1)});
  storage_ = storage.get();
  ports.storage = std::move(storage);
  auto ear = std::make_unique<Ear>(scheduler_);
  ear_ = ear.get();
  ports.transport = std::move(ear);
  ports.codec = std::make_unique<flatbuf::FlatbuffersCodec>();
  ports.snapshots = std::make_unique<memory::MemorySnapshotStore>(scheduler_, snapshots_);
  ports.state_machine = &journal_;
  Result<std::unique_ptr<Node>> node = Node::open(std::move(options), std::move(ports));
  BUOYANT_ASSERT(node.has_value());
  node_ = std::move(*node);
}

void Victim::restart() {
  storage_->lose();
  node_.reset();
  journal_.reset();
  run_for(std::chrono::milliseconds(10));
  start();
  run_for(std::chrono::milliseconds(1));
  ear_->connect(ServerId(2), true);
  ear_->connect(ServerId(3), true);
}

void Victim::run_for(Duration duration) {
  const Instant until = scheduler_.now() + duration;
  Instant instant = scheduler_.now();
  std::size_t tasks = 0;
  while (scheduler_.run_one(until)) {
    tasks = scheduler_.now() == instant ? tasks + 1 : 0;
    instant = scheduler_.now();
    BUOYANT_ASSERT(tasks < kTasksPerInstantMax);
  }
}

void Victim::deliver(ServerId peer, port::Channel channel, ReceivedFrame frame) {
  // Replies come on connections of ours; whether one is there makes no difference to the node.
  (void)ear_->events().on_frame(peer, channel, std::move(frame));
}

}  // namespace buoyant::fuzz
