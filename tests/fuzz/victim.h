// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One live node, server 1 of three, whose peers are whoever calls: on ports in memory and virtual
/// time, with a transport that ends here.
///
/// What the node sends must be legal: it is decoded as its peers would.
#pragma once

#include "adapters/flatbuffers/codec.h"
#include "adapters/memory/scheduler.h"
#include "adapters/memory/snapshot_store.h"
#include "buoyant/node.h"
#include "tests/support/node_cluster.h"

#include <map>
#include <memory>
#include <set>
#include <vector>

namespace buoyant::fuzz {

/// Takes frames and remembers the newest request for votes, and who is connected.
class Ear final : public port::Transport {
 public:
  explicit Ear(memory::Scheduler& scheduler) : scheduler_(scheduler) {}

  void start(port::TransportEvents& events) noexcept override { events_ = &events; }

  void set_peers(std::vector<port::PeerAddress> peers) noexcept override;
  void link_snapshots(ServerId peer, bool wanted) noexcept override;

  void admit(port::ConnectionId /*connection*/, Refusal /*refusal*/) noexcept override {}

  port::SendResult send(ServerId peer, port::Channel channel, const Frame& frame) noexcept override;

  void flush() noexcept override {}

  [[nodiscard]] std::size_t queued_bytes(ServerId /*peer*/) const noexcept override { return 0; }

  [[nodiscard]] std::vector<port::PeerLinkStatus> status() const override { return {}; }

  void close(std::function<void()> done) noexcept override { scheduler_.post(std::move(done)); }

  [[nodiscard]] port::TransportEvents& events() const noexcept { return *events_; }

  /// The node's own connection to the peer is up, or not, if it wants one.
  void connect(ServerId peer, bool up);
  void connect_snapshots(ServerId peer, bool up);

  /// Nothing is taken any more, or again.
  bool is_full = false;
  /// The newest message of each type that the node sent.
  std::map<FrameType, PeerMessage> newest;

 private:
  memory::Scheduler& scheduler_;
  port::TransportEvents* events_ = nullptr;
  flatbuf::FlatbuffersCodec codec_;
  std::set<ServerId> peers_;
  std::set<ServerId> wanted_;
  std::set<port::LinkKey> up_;
};

class Victim {
 public:
  /// Bootstrapped as one of the servers 1, 2 and 3, and connected to the others.
  explicit Victim(bool lease_reads);
  Victim(const Victim&) = delete;
  Victim& operator=(const Victim&) = delete;
  ~Victim();

  /// Runs what becomes due; the work in one instant is bounded.
  void run_for(Duration duration);

  /// The process is gone at once, and starts again on its disk.
  void restart();

  /// A frame from a peer.
  void deliver(ServerId peer, port::Channel channel, ReceivedFrame frame);

  [[nodiscard]] Node& node() { return *node_; }

  [[nodiscard]] Ear& ear() { return *ear_; }

  [[nodiscard]] memory::MemoryStorage& disk() { return storage_->memory(); }

  /// All members, as for bootstrap.
  static std::vector<Member> members();

 private:
  void start();

  memory::Scheduler scheduler_;
  memory::MemoryDisk image_{"cluster", ServerId(1), 11};
  memory::SnapshotImage snapshots_;
  node_cluster::Journal journal_;
  bool lease_reads_;
  std::unique_ptr<Node> node_;
  // Of the present run.
  Ear* ear_ = nullptr;
  node_cluster::Disk* storage_ = nullptr;
};

}  // namespace buoyant::fuzz
