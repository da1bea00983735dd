// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Whole nodes in one thread and in virtual time: core, node, codec and frames are real; disks
/// and network are in memory, and take the time that they are told to, which costs none.
#pragma once

#include "adapters/memory/network.h"
#include "adapters/memory/scheduler.h"
#include "adapters/memory/snapshot_image.h"
#include "adapters/memory/storage.h"
#include "buoyant/node.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

namespace buoyant::bench {

/// Applies nothing, and has a snapshot of nothing, so that logs stay short.
class EmptyMachine final : public StateMachine {
 public:
  void apply(std::vector<Command> commands, ApplyDone done) noexcept override;
  std::unique_ptr<SnapshotSource> capture() noexcept override;
};

class MemoryCluster {
 public:
  /// So many servers, and a leader that all are connected to. A flush takes 200 us, a message
  /// 50 us of virtual time.
  explicit MemoryCluster(std::size_t servers);
  MemoryCluster(const MemoryCluster&) = delete;
  MemoryCluster& operator=(const MemoryCluster&) = delete;
  ~MemoryCluster();

  /// Begins to propose: `outstanding` at a time, each replaced when it is applied.
  void load(std::uint64_t outstanding, std::size_t payload);

  /// Runs until so many more were applied at the leader. False: one was refused or failed.
  bool run(std::uint64_t proposals);

 private:
  struct Server {
    Server(std::uint64_t number, const std::string& cluster)
        : id(number), disk(cluster, id, 100 + number) {}

    ServerId id;
    memory::MemoryDisk disk;
    memory::SnapshotImage snapshots;
    EmptyMachine machine;
    std::unique_ptr<Node> node;
  };

  void open(Server& server, const std::vector<Member>& members);
  void propose();
  [[nodiscard]] bool is_ready();

  memory::Scheduler scheduler_;
  memory::MemoryNetwork network_{scheduler_};
  std::deque<Server> servers_;
  Node* leader_ = nullptr;
  Bytes payload_;
  std::uint64_t applied_ = 0;
  bool has_failed_ = false;
  bool is_closing_ = false;
};

}  // namespace buoyant::bench
