// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/micro/memory_cluster.h"

#include "adapters/flatbuffers/codec.h"
#include "adapters/memory/event_loop.h"
#include "adapters/memory/snapshot_store.h"
#include "adapters/memory/transport.h"
#include "buoyant/base/assert.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace buoyant::bench {

namespace {

constexpr const char* kCluster = "node_bench";
constexpr auto kFlush = std::chrono::microseconds(200);
constexpr auto kMessage = std::chrono::microseconds(50);

class EmptySource final : public SnapshotSource {
 public:
  Result<Bytes> read(std::size_t /*bytes_max*/) noexcept override { return Bytes(); }
};

std::string address_of(ServerId id) {
  return "server:" + std::to_string(id.value());
}

}  // namespace

void EmptyMachine::apply(std::vector<Command> commands, ApplyDone done) noexcept {
  (void)commands;
  done();
}

std::unique_ptr<SnapshotSource> EmptyMachine::capture() noexcept {
  return std::make_unique<EmptySource>();
}

MemoryCluster::MemoryCluster(std::size_t servers) {
  network_.set_delay(kMessage);
  std::vector<Member> members;
  for (std::uint64_t id = 1; id <= servers; ++id) {
    members.push_back({.id = ServerId(id), .address = address_of(ServerId(id))});
  }
  for (std::uint64_t id = 1; id <= servers; ++id) {
    open(servers_.emplace_back(id, kCluster), members);
  }
  while (!is_ready()) {
    scheduler_.run_for(std::chrono::milliseconds(10));
  }
}

MemoryCluster::~MemoryCluster() {
  is_closing_ = true;
  for (Server& server : servers_) {
    server.node.reset();
  }
  scheduler_.run_for(std::chrono::seconds(1));
}

void MemoryCluster::open(Server& server, const std::vector<Member>& members) {
  NodeOptions options;
  options.id = server.id;
  options.cluster = kCluster;
  options.address = address_of(server.id);
  options.seed = server.id.value();
  options.snapshot_entries = 65536;
  options.snapshot_tail_entries = 16384;
  NodePorts ports;
  ports.loop = std::make_unique<memory::MemoryEventLoop>(scheduler_);
  ports.storage = std::make_unique<memory::MemoryStorage>(
      scheduler_, server.disk, memory::MemoryStorageOptions{.write_delay = kFlush});
  ports.transport = std::make_unique<memory::MemoryTransport>(
      network_, memory::TransportOptions{.id = server.id,
                                         .address = options.address,
                                         .frame_bytes_max = frame_bytes_max(options)});
  ports.codec = std::make_unique<flatbuf::FlatbuffersCodec>();
  ports.snapshots = std::make_unique<memory::MemorySnapshotStore>(scheduler_, server.snapshots);
  ports.state_machine = &server.machine;
  auto node = Node::open(std::move(options), std::move(ports));
  BUOYANT_ASSERT(node.has_value());
  server.node = std::move(*node);
  BUOYANT_ASSERT(server.node->bootstrap(members, [](const Result<void>&) {}).has_value());
}

bool MemoryCluster::is_ready() {
  for (Server& server : servers_) {
    const NodeStatus status = server.node->status();
    if (status.standing.role == core::Role::kLeader) {
      leader_ = server.node.get();
    }
    if (!status.standing.leader.is_set() || status.applied != status.last.index ||
        !std::all_of(status.peers.begin(), status.peers.end(),
                     [](const PeerStatus& peer) { return peer.link.connected; })) {
      return false;
    }
  }
  return leader_ != nullptr;
}

void MemoryCluster::load(std::uint64_t outstanding, std::size_t payload) {
  payload_ = Bytes::copy_of(std::string(payload, 'p'));
  for (std::uint64_t i = 0; i < outstanding && !has_failed_; ++i) {
    propose();
  }
}

void MemoryCluster::propose() {
  const auto accepted = leader_->propose(payload_, [this](const Result<Applied>& outcome) {
    if (is_closing_) {
      return;
    }
    ++applied_;
    has_failed_ = has_failed_ || !outcome;
    if (!has_failed_) {
      propose();
    }
  });
  has_failed_ = has_failed_ || !accepted;
}

bool MemoryCluster::run(std::uint64_t proposals) {
  const std::uint64_t goal = applied_ + proposals;
  while (applied_ < goal && !has_failed_) {
    scheduler_.run_one(scheduler_.now() + std::chrono::seconds(1));
  }
  return !has_failed_;
}

}  // namespace buoyant::bench
