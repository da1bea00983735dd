// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Whole nodes on ports in memory and virtual time: several servers, their disks, state machines
/// and users, for stories that a test tells with a few verbs.
#pragma once

#include "adapters/memory/event_loop.h"
#include "adapters/memory/network.h"
#include "adapters/memory/scheduler.h"
#include "adapters/memory/snapshot_store.h"
#include "adapters/memory/storage.h"
#include "adapters/memory/transport.h"
#include "buoyant/node.h"

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::node_cluster {

/// What became of one call of the user.
struct Call {
  Result<void> accepted;  ///< What the call returned.
  int callbacks = 0;
  std::optional<Result<Applied>> outcome;

  /// The code of the refusal or of the failed outcome; nullopt: open, or committed.
  [[nodiscard]] std::optional<Errc> error() const;

  [[nodiscard]] bool is_committed() const { return outcome && outcome->has_value(); }
};

using CallPointer = std::shared_ptr<Call>;

/// A state machine that writes down what it is given, and replies "<command>!".
class Journal final : public StateMachine {
 public:
  enum class Pace { kAtOnce, kLater };

  void apply(std::vector<Command> commands, ApplyDone done) noexcept override;

  std::unique_ptr<SnapshotSource> capture() noexcept override;
  std::unique_ptr<SnapshotTarget> install() noexcept override;

  /// Lets the oldest batch that waits be done. False: none does.
  bool finish_one();

  [[nodiscard]] std::vector<std::string> texts() const;

  /// Forgets everything, as a process that ends.
  void reset();

  Pace pace = Pace::kAtOnce;
  std::vector<Command> commands;
  std::vector<std::size_t> batches;
  std::deque<std::pair<ApplyDone, std::vector<Bytes>>> waiting;
  bool gives_snapshots = true;
  bool takes_snapshots = true;
  /// Snapshots whose state took the place of its own.
  std::size_t installed = 0;
  /// Called inside apply.
  std::function<void()> inside;
};

/// An observer that writes down what it hears.
class Witness final : public Observer {
 public:
  void on_standing(const core::Standing& standing) noexcept override;
  void on_configuration(const ConfigurationAt& configuration) noexcept override;
  void on_removed(bool removed) noexcept override;
  void on_fault(const char* why, Error error) noexcept override;
  void on_peer(ServerId peer, bool connected) noexcept override;
  void on_trouble(ServerId peer, const char* what, const std::string& detail) noexcept override;
  void on_step(Instant at, const core::Step& step) noexcept override;

  std::vector<core::Standing> standings;
  std::vector<ConfigurationAt> configurations;
  std::vector<bool> removals;
  std::vector<std::string> faults;
  std::vector<Error> fault_errors;
  std::vector<std::pair<ServerId, bool>> peers;
  std::vector<std::string> troubles;
  std::vector<TraceStep> steps;
};

class Disk;
class Wire;

/// One server. Its disk outlives its runs.
struct Server {
  ServerId id;
  std::unique_ptr<memory::MemoryDisk> disk;
  std::unique_ptr<memory::SnapshotImage> snapshot_files;
  Journal journal;
  Witness witness;
  std::unique_ptr<Node> node;  ///< Null: not running.
  // Of the present run.
  Disk* storage = nullptr;
  Wire* wire = nullptr;
  memory::MemorySnapshotStore* snapshots = nullptr;  ///< Null: it has none.
  memory::MemoryEventLoop* loop = nullptr;
};

/// A transport in memory that writes down what it sends, and can keep frames back.
class Wire final : public port::Transport {
 public:
  struct Sent {
    ServerId to;
    Frame frame;
  };

  Wire(memory::MemoryNetwork& network, memory::TransportOptions options)
      : transport_(network, std::move(options)) {}

  void start(port::TransportEvents& events) noexcept override { transport_.start(events); }

  void set_peers(std::vector<port::PeerAddress> peers) noexcept override {
    transport_.set_peers(std::move(peers));
  }

  void link_snapshots(ServerId peer, bool wanted) noexcept override {
    transport_.link_snapshots(peer, wanted);
  }

  void admit(port::ConnectionId connection, Refusal refusal) noexcept override {
    transport_.admit(connection, refusal);
  }

  port::SendResult send(ServerId peer, port::Channel channel, const Frame& frame) noexcept override;

  void flush() noexcept override {
    flushed = sent.size();
    transport_.flush();
  }

  [[nodiscard]] std::size_t queued_bytes(ServerId peer) const noexcept override {
    return transport_.queued_bytes(peer);
  }

  [[nodiscard]] std::vector<port::PeerLinkStatus> status() const override {
    return transport_.status();
  }

  void close(std::function<void()> done) noexcept override { transport_.close(std::move(done)); }

  /// Frames of this type look sent, but wait for release().
  void keep_back(FrameType type) { kept_type_ = type; }

  void release();

  [[nodiscard]] std::size_t count(FrameType type) const;

  std::vector<Sent> sent;
  /// How many of those had been sent when it was flushed last.
  std::size_t flushed = 0;

 private:
  struct Kept {
    ServerId to;
    port::Channel channel;
    Frame frame;
  };

  memory::MemoryTransport transport_;
  std::optional<FrameType> kept_type_;
  std::vector<Kept> kept_;
};

/// Storage in memory that counts reads and can be lost with its server.
class Disk final : public port::Storage {
 public:
  Disk(memory::Scheduler& scheduler, memory::MemoryDisk& disk, memory::MemoryStorageOptions options)
      : scheduler_(scheduler), storage_(scheduler, disk, options) {}

  [[nodiscard]] port::StoredState take_stored_state() noexcept override {
    return storage_.take_stored_state();
  }

  void start(port::StorageEvents& events) noexcept override { storage_.start(events); }

  void write(port::StorageWrite write) noexcept override {
    if (on_write) {
      on_write(write);
    }
    if (!lost_) {
      storage_.write(std::move(write));
    }
  }

  void read(Index first, Index last, std::size_t bytes_max, port::ReadDone done) noexcept override;

  [[nodiscard]] port::StorageStatus status() const noexcept override { return storage_.status(); }

  void close(std::function<void()> done) noexcept override;

  /// The server is lost: nothing is written any more.
  void lose();

  [[nodiscard]] memory::MemoryStorage& memory() noexcept { return storage_; }

  std::size_t reads = 0;
  /// Called inside write.
  std::function<void(const port::StorageWrite&)> on_write;

 private:
  memory::Scheduler& scheduler_;
  memory::MemoryStorage storage_;
  bool lost_ = false;
};

class NodeCluster {
 public:
  using Tweak = std::function<void(NodeOptions&)>;

  /// `servers` servers with ids from 1; not started.
  explicit NodeCluster(std::size_t servers, Tweak tweak = nullptr);
  NodeCluster(const NodeCluster&) = delete;
  NodeCluster& operator=(const NodeCluster&) = delete;
  ~NodeCluster();

  [[nodiscard]] Server& server(std::uint64_t id) { return servers_.at(id - 1); }

  [[nodiscard]] Node& node(std::uint64_t id) { return *server(id).node; }

  /// All members, as for bootstrap.
  [[nodiscard]] std::vector<Member> members() const;

  /// Starts the server on its disk.
  void start(std::uint64_t id);
  Result<void> try_start(std::uint64_t id);

  /// Starts and bootstraps all, and runs until there is a leader that all follow and are
  /// connected to. Gives its id.
  std::uint64_t start_all();

  /// The server is gone at once; what was not durable is lost.
  void crash(std::uint64_t id);

  /// Another, empty, disk for a server that is not running.
  void wipe(std::uint64_t id);

  /// Destroys the node object; it closes in the background.
  void destroy(std::uint64_t id) { server(id).node.reset(); }

  CallPointer propose(std::uint64_t id, std::string_view text);
  std::vector<CallPointer> propose_many(std::uint64_t id, std::size_t count,
                                        std::size_t bytes = 16);
  std::shared_ptr<std::vector<Result<void>>> bootstrap(std::uint64_t id,
                                                       std::vector<Member> members);

  void run_for(Duration duration);

  void run_due() { run_for(Duration(0)); }

  /// False: it did not come true in time.
  bool run_until(const std::function<bool()>& condition, Duration limit = std::chrono::seconds(30));

  /// One task of the scheduler; false: nothing is due within the limit.
  bool step(Duration limit = std::chrono::seconds(1));

  /// Runs until some server leads and a majority knows; gives its id, 0: none.
  std::uint64_t await_leader(std::uint64_t other_than = 0);

  /// Cuts the server off from all others, or connects it again.
  void isolate(std::uint64_t id);
  void rejoin(std::uint64_t id);

  /// True: every running server applied the same commands, as many as the longest.
  [[nodiscard]] bool is_converged() const;

  [[nodiscard]] bool is_leader(std::uint64_t id) const;
  [[nodiscard]] std::uint64_t leader() const;
  [[nodiscard]] std::vector<std::uint64_t> followers() const;

  memory::Scheduler scheduler;
  memory::MemoryNetwork network{scheduler};
  /// Servers that start have a place for snapshots.
  bool with_snapshots = true;
  memory::MemoryStorageOptions disk_options{.write_delay = std::chrono::milliseconds(1)};
  std::size_t queue_bytes_max = std::size_t{8} << 20U;

 private:
  static std::string address_of(ServerId id);

  Tweak tweak_;
  std::deque<Server> servers_;
};

}  // namespace buoyant::node_cluster
