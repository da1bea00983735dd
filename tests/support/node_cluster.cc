// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/node_cluster.h"

#include "adapters/flatbuffers/codec.h"
#include "buoyant/base/assert.h"

#include <algorithm>
#include <utility>

namespace buoyant::node_cluster {

/// More tasks at one instant than any story needs: something wakes itself for ever.
constexpr std::size_t kTasksPerInstantMax = 2'000'000;

std::optional<Errc> Call::error() const {
  if (!accepted) {
    return accepted.error().code();
  }
  if (!outcome || outcome->has_value()) {
    return std::nullopt;
  }
  return outcome->error().code();
}

void Witness::on_standing(const core::Standing& standing) noexcept {
  standings.push_back(standing);
}

void Witness::on_configuration(const ConfigurationAt& configuration) noexcept {
  configurations.push_back(configuration);
}

void Witness::on_removed(bool removed) noexcept {
  removals.push_back(removed);
}

void Witness::on_fault(const char* why, Error error) noexcept {
  faults.emplace_back(why);
  fault_errors.push_back(error);
}

void Witness::on_peer(ServerId peer, bool connected) noexcept {
  peers.emplace_back(peer, connected);
}

void Witness::on_trouble(ServerId /*peer*/, const char* what, const std::string& detail) noexcept {
  troubles.push_back(std::string(what) + (detail.empty() ? "" : ": ") + detail);
}

void Witness::on_step(Instant at, const core::Step& step) noexcept {
  steps.push_back({.at = at, .step = step});
}

void Disk::read(Index first, Index last, std::size_t bytes_max, port::ReadDone done) noexcept {
  if (!lost_) {
    ++reads;
    storage_.read(first, last, bytes_max, std::move(done));
  }
}

void Disk::close(std::function<void()> done) noexcept {
  if (lost_) {
    scheduler_.post(std::move(done));
    return;
  }
  storage_.close(std::move(done));
}

void Disk::lose() {
  lost_ = true;
  storage_.crash();
}

port::SendResult Wire::send(ServerId peer, port::Channel channel, const Frame& frame) noexcept {
  if (frame.type == kept_type_) {
    kept_.push_back({.to = peer, .channel = channel, .frame = frame});
    return port::SendResult::kQueued;
  }
  const port::SendResult result = transport_.send(peer, channel, frame);
  if (result == port::SendResult::kQueued) {
    sent.push_back({.to = peer, .frame = frame});
  }
  return result;
}

void Wire::release() {
  kept_type_.reset();
  for (const Kept& kept : std::exchange(kept_, {})) {
    (void)send(kept.to, kept.channel, kept.frame);
  }
  flush();
}

std::size_t Wire::count(FrameType type) const {
  return static_cast<std::size_t>(std::count_if(
      sent.begin(), sent.end(), [type](const Sent& each) { return each.frame.type == type; }));
}

NodeCluster::NodeCluster(std::size_t servers, Tweak tweak) : tweak_(std::move(tweak)) {
  for (std::size_t i = 0; i < servers; ++i) {
    const ServerId id(i + 1);
    Server& server = servers_.emplace_back();
    server.id = id;
    server.disk = std::make_unique<memory::MemoryDisk>("cluster", id, 100 + id.value());
    server.snapshot_files = std::make_unique<memory::SnapshotImage>();
  }
}

NodeCluster::~NodeCluster() {
  for (Server& server : servers_) {
    server.node.reset();
  }
  run_for(std::chrono::seconds(1));
}

std::string NodeCluster::address_of(ServerId id) {
  return "server:" + std::to_string(id.value());
}

std::vector<Member> NodeCluster::members() const {
  std::vector<Member> result;
  for (const Server& server : servers_) {
    result.push_back({.id = server.id, .address = address_of(server.id)});
  }
  return result;
}

Result<void> NodeCluster::try_start(std::uint64_t id) {
  Server& server = this->server(id);
  NodeOptions options;
  options.id = server.id;
  options.cluster = "cluster";
  options.address = address_of(server.id);
  options.seed = 7 + id;
  if (tweak_) {
    tweak_(options);
  }
  NodePorts ports;
  auto loop = std::make_unique<memory::MemoryEventLoop>(scheduler);
  auto storage = std::make_unique<Disk>(scheduler, *server.disk, disk_options);
  server.loop = loop.get();
  server.storage = storage.get();
  ports.loop = std::move(loop);
  ports.storage = std::move(storage);
  auto wire = std::make_unique<Wire>(
      network, memory::TransportOptions{.id = server.id,
                                        .address = options.address,
                                        .frame_bytes_max = std::size_t{8} << 20U,
                                        .queue_bytes_max = queue_bytes_max});
  server.wire = wire.get();
  ports.transport = std::move(wire);
  ports.codec = std::make_unique<flatbuf::FlatbuffersCodec>();
  server.snapshots = nullptr;
  if (with_snapshots) {
    auto snapshots =
        std::make_unique<memory::MemorySnapshotStore>(scheduler, *server.snapshot_files);
    server.snapshots = snapshots.get();
    ports.snapshots = std::move(snapshots);
  }
  ports.state_machine = &server.journal;
  ports.observer = &server.witness;
  Result<std::unique_ptr<Node>> node = Node::open(std::move(options), std::move(ports));
  if (!node) {
    return fail(node.error());
  }
  server.node = std::move(*node);
  return {};
}

void NodeCluster::start(std::uint64_t id) {
  const Result<void> started = try_start(id);
  BUOYANT_ASSERT(started.has_value());
}

std::uint64_t NodeCluster::start_all() {
  for (const Server& server : servers_) {
    start(server.id.value());
  }
  for (const Server& server : servers_) {
    bootstrap(server.id.value(), members());
  }
  const bool settled = run_until([this] {
    const std::uint64_t leading = leader();
    return leading != 0 && std::all_of(servers_.begin(), servers_.end(), [&](const Server& server) {
             const NodeStatus status = server.node->status();
             return status.standing.leader == ServerId(leading) && status.applied.is_set() &&
                    status.applied == status.last.index &&
                    std::all_of(status.peers.begin(), status.peers.end(),
                                [](const PeerStatus& peer) { return peer.link.connected; });
           });
  });
  BUOYANT_ASSERT(settled);
  return leader();
}

void NodeCluster::crash(std::uint64_t id) {
  Server& server = this->server(id);
  server.storage->lose();
  server.node.reset();
  server.journal.reset();
  run_due();
}

void NodeCluster::wipe(std::uint64_t id) {
  Server& server = this->server(id);
  BUOYANT_ASSERT(server.node == nullptr);
  const std::uint64_t incarnation = server.disk->identity.incarnation + 100;
  server.disk = std::make_unique<memory::MemoryDisk>("cluster", server.id, incarnation);
}

CallPointer NodeCluster::propose(std::uint64_t id, std::string_view text) {
  auto call = std::make_shared<Call>();
  call->accepted = node(id).propose(Bytes::copy_of(text), [call](Result<Applied> outcome) {
    call->callbacks += 1;
    call->outcome = std::move(outcome);
  });
  return call;
}

std::vector<CallPointer> NodeCluster::propose_many(std::uint64_t id, std::size_t count,
                                                   std::size_t bytes) {
  std::vector<CallPointer> calls;
  for (std::size_t i = 0; i < count; ++i) {
    std::string text = std::to_string(i);
    text.resize(std::max(bytes, text.size()), '.');
    calls.push_back(propose(id, text));
  }
  return calls;
}

std::shared_ptr<std::vector<Result<void>>> NodeCluster::bootstrap(std::uint64_t id,
                                                                  std::vector<Member> members) {
  auto results = std::make_shared<std::vector<Result<void>>>();
  const Result<void> accepted = node(id).bootstrap(
      std::move(members), [results](Result<void> result) { results->push_back(result); });
  if (!accepted) {
    results->push_back(accepted);
  }
  return results;
}

bool NodeCluster::step(Duration limit) {
  return scheduler.run_one(scheduler.now() + limit);
}

void NodeCluster::run_for(Duration duration) {
  const Instant until = scheduler.now() + duration;
  Instant instant = scheduler.now();
  std::size_t tasks = 0;
  while (scheduler.run_one(until)) {
    tasks = scheduler.now() == instant ? tasks + 1 : 0;
    instant = scheduler.now();
    BUOYANT_ASSERT(tasks < kTasksPerInstantMax);
  }
}

bool NodeCluster::run_until(const std::function<bool()>& condition, Duration limit) {
  const Instant until = scheduler.now() + limit;
  while (!condition()) {
    if (!scheduler.run_one(until)) {
      return condition();
    }
  }
  return true;
}

std::uint64_t NodeCluster::leader() const {
  std::uint64_t newest = 0;
  Term term;
  for (const Server& server : servers_) {
    if (server.node != nullptr) {
      const core::Standing standing = server.node->status().standing;
      if (standing.role == core::Role::kLeader && standing.term > term) {
        term = standing.term;
        newest = server.id.value();
      }
    }
  }
  return newest;
}

bool NodeCluster::is_leader(std::uint64_t id) const {
  const Server& server = servers_.at(id - 1);
  return server.node != nullptr && server.node->status().standing.role == core::Role::kLeader;
}

std::vector<std::uint64_t> NodeCluster::followers() const {
  std::vector<std::uint64_t> result;
  for (const Server& server : servers_) {
    if (server.node != nullptr && !is_leader(server.id.value())) {
      result.push_back(server.id.value());
    }
  }
  return result;
}

std::uint64_t NodeCluster::await_leader(std::uint64_t other_than) {
  const bool elected = run_until([&] {
    const std::uint64_t leading = leader();
    const auto knows = [&](const Server& server) {
      return server.node != nullptr && server.node->status().standing.leader == ServerId(leading);
    };
    return leading != 0 && leading != other_than &&
           std::count_if(servers_.begin(), servers_.end(), knows) * 2 >
               static_cast<std::ptrdiff_t>(servers_.size());
  });
  return elected ? leader() : 0;
}

void NodeCluster::isolate(std::uint64_t id) {
  for (const Server& other : servers_) {
    if (other.id != ServerId(id)) {
      network.cut(ServerId(id), other.id);
    }
  }
}

void NodeCluster::rejoin(std::uint64_t id) {
  for (const Server& other : servers_) {
    if (other.id != ServerId(id)) {
      network.heal(ServerId(id), other.id);
    }
  }
}

bool NodeCluster::is_converged() const {
  const Server* longest = nullptr;
  for (const Server& server : servers_) {
    if (server.node != nullptr &&
        (longest == nullptr || server.journal.commands.size() > longest->journal.commands.size())) {
      longest = &server;
    }
  }
  return longest != nullptr &&
         std::all_of(servers_.begin(), servers_.end(), [longest](const Server& server) {
           return server.node == nullptr || server.journal.commands == longest->journal.commands;
         });
}

}  // namespace buoyant::node_cluster
