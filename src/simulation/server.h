// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A simulated server: a disk that lasts, and one process with one node at a time.
#pragma once

#include "buoyant/node.h"
#include "buoyant/simulation/workload.h"
#include "simulation/calls.h"
#include "simulation/disk.h"
#include "simulation/draw.h"
#include "simulation/exactly_once.h"
#include "simulation/ledger.h"
#include "simulation/loop.h"
#include "simulation/machine.h"
#include "simulation/network.h"
#include "simulation/promises.h"
#include "simulation/snapshot_store.h"
#include "simulation/storage.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace buoyant::simulation {

/// What the servers of one run have in common. Everything outlives them.
struct ServerWorld {
  Context& context;
  Network& network;
  Promises& promises;
  Ledger& ledger;
  Replies& replies;
  Workload& workload;
  /// Those that the cluster begins with.
  std::vector<Member> members;
  /// The spares too.
  std::vector<Member> everybody;
  /// Null: without sessions.
  std::shared_ptr<ExactlyOnce> sessions = nullptr;
};

/// A write before which, or after which, a server is to crash.
struct WriteTrap {
  WriteMoment moment = WriteMoment::kSubmitted;
  enum class Kind : std::uint8_t {
    kAny,
    kVote,
    kTruncation,
    kEntries,
    kSnapshot
  } kind = Kind::kAny;
};

/// Owned by the run.
class Server final : private Observer, private StorageWatcher {
 public:
  Server(ServerWorld& world, ServerId id);
  ~Server() override;

  [[nodiscard]] ServerId id() const noexcept { return id_; }

  [[nodiscard]] Disk& disk() noexcept { return disk_; }

  [[nodiscard]] const Disk& disk() const noexcept { return disk_; }

  /// A process with an open node; it may be faulted, or stand still.
  [[nodiscard]] bool is_running() const noexcept { return node_ != nullptr && !closing_; }

  /// Requires: is_running().
  [[nodiscard]] Node& node() noexcept { return *node_; }

  [[nodiscard]] const ProcessPointer& process() const noexcept { return process_; }

  [[nodiscard]] const std::shared_ptr<Calls>& calls() const noexcept { return calls_; }

  [[nodiscard]] const core::Standing& standing() const noexcept { return standing_; }

  /// Of the present node.
  [[nodiscard]] const NodeOptions& options() const noexcept { return options_; }

  /// When the present process began.
  [[nodiscard]] Instant started_at() const noexcept { return started_at_; }

  /// Whether it wants to lead, in every run.
  [[nodiscard]] Preference preference() const noexcept { return preference_; }

  /// What the state machine here replies to a command that only reads. Requires: is_running().
  [[nodiscard]] Bytes read(const Bytes& command) {
    return world_.workload.read(*user_machine_, command);
  }

  /// Turns of the present process.
  [[nodiscard]] std::uint64_t turns() const noexcept;

  /// Nothing when it runs, or may not run any more.
  void start();
  void start_later(Duration delay);

  /// The process is gone at this instruction; the rest follows in an event of its own.
  void crash(const char* why);

  /// Closes the node as a user would; it starts again after `pause`, unless it is nothing.
  void close(std::optional<Duration> pause);

  /// Asks its node; what comes of it is seen in the configurations.
  void change_membership(std::vector<Member> members, Index based_on);

  /// Down for good. Requires: not running.
  void retire() noexcept { retired_ = true; }

  [[nodiscard]] bool is_retired() const noexcept { return retired_; }

  /// Whether its next process is of the plan's earlier release. Requires: the plan has one.
  void set_earlier(bool earlier) noexcept { earlier_ = earlier; }

  [[nodiscard]] bool is_earlier() const noexcept { return earlier_; }

  void set_trap(WriteTrap trap) noexcept { trap_ = trap; }

  void clear_trap() noexcept { trap_.reset(); }

  void stick(bool stuck);

 private:
  // Observer
  void on_standing(const core::Standing& standing) noexcept override;
  void on_configuration(const ConfigurationAt& configuration) noexcept override;
  void on_fault(const char* why, Error error) noexcept override;
  // StorageWatcher
  void on_submitted(Process& process, const port::StorageWrite& write) override;
  void on_moment(Process& process, WriteMoment moment, const port::StorageWrite& write) override;

  void on_failure_reported(Process& process) override {
    world_.promises.on_failure_reported(process);
  }

  [[nodiscard]] std::unique_ptr<StateMachine> make_machine();
  [[nodiscard]] NodeOptions draw_options();
  [[nodiscard]] TransportSettings transport_settings() const;
  void draw_snapshots(NodeOptions& options);
  [[nodiscard]] Clock draw_clock();
  void bootstrap();
  void end_process();
  void bury();
  void on_closed(std::optional<Duration> pause, std::uint64_t start);

  ServerWorld& world_;
  ServerId id_;
  Random random_;
  Disk disk_;
  std::int64_t fast_ppm_ = 0;
  Preference preference_ = Preference::kNormal;
  bool retired_ = false;
  bool earlier_ = false;
  std::uint64_t starts_ = 0;
  std::optional<WriteTrap> trap_;

  // Of the present process.
  ProcessPointer process_;
  NodeOptions options_;
  std::shared_ptr<Calls> calls_;
  std::unique_ptr<WatchedMachine> machine_;
  StateMachine* user_machine_ = nullptr;  ///< In it.
  std::unique_ptr<Node> node_;
  std::shared_ptr<SimulatedLoop*> loop_;
  std::shared_ptr<SimulatedStorage*> storage_;
  std::shared_ptr<SimulatedSnapshotStore*> snapshots_;
  std::shared_ptr<SimulatedTransport*> transport_;
  core::Standing standing_;
  bool closing_ = false;
  Instant started_at_;
};

}  // namespace buoyant::simulation
