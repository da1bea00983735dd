// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Several cores, their disks and the messages between them, for schedules that a test chooses.
///
/// Entries carry a number in place of a payload. After every step the properties of Figure 3.2
/// are checked against a ledger of everything that was ever committed, and every message that
/// leaves against the disk of its sender.
///
/// Logs are kept here from index one on, and where they begin beside them: so compaction hides
/// nothing from the checks, and what a snapshot (§5) stands for is the ledger's beginning. It
/// travels as a whole, in one message. Its file, of one that is taken here as well, is there at
/// once or (Options::slow_files) some time later; the core does not know of it before.
#pragma once

#include "buoyant/base/random.h"
#include "buoyant/core/raft.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace buoyant::core_cluster {

/// An entry as the cluster knows it: its term and a number that stands for its bytes.
struct Item {
  Term term;
  std::uint64_t value = 0;

  friend bool operator==(const Item&, const Item&) = default;
};

/// The log from index one on.
using Items = std::vector<Item>;

/// What is sent: the core's messages, and those with which its host sends snapshots.
using Letter =
    std::variant<RequestVote, RequestVoteReply, AppendEntries, AppendEntriesReply, Heartbeat,
                 HeartbeatReply, TimeoutNow, InstallSnapshot, InstallSnapshotReply>;

Letter letter_of(const Message& message);

/// A message on its way, with the entries beside it.
struct Packet {
  ServerId from;
  ServerId to;
  Letter message;
  Items items;
};

/// One that leaves when a write is durable.
struct HeldPacket {
  WriteId after;
  Packet packet;
};

/// A write that was submitted and is not durable yet.
struct PendingDiskWrite {
  core::Write write;
  Items items;
};

/// A snapshot's file that is being written.
struct SnapshotFile {
  /// Of whom it was received, and in which term of his; zero: it was taken here.
  ServerId from;
  Term term;
  SnapshotMetadata snapshot;
  /// Of one that was taken here: how many of the entries that it covers the log keeps.
  std::uint64_t keeping = 0;
};

/// One server: a core, its log in memory, its disk.
struct Server {
  ServerId id;
  /// Null: it is down.
  std::unique_ptr<core::Raft> raft;
  Items log;
  HardState durable_state;
  Items durable_log;
  /// The position before the first entry that the disk really has.
  LogPosition durable_base;
  SnapshotMetadata durable_snapshot;
  std::deque<PendingDiskWrite> writes;
  std::deque<SnapshotFile> files;
  std::vector<HeldPacket> held;
  /// Answers to snapshots, from the next turn on among those that are held.
  std::vector<HeldPacket> answers;
  /// Since when each snapshot is on its way.
  std::map<ServerId, Instant> sending;
  WriteId written;
  /// By the state machine, which starts from the snapshot that the disk has.
  Index applied;
  Instant deadline = Instant::never();
  /// How far its clock is before the others'.
  Duration clock_ahead{0};
  bool disk_full = false;
  /// Entries that it is to send cannot be read.
  bool disk_unreadable = false;
};

/// What a server's disk holds at first.
struct Disk {
  HardState hard_state;
  Items log;
};

/// What a turn gives to the state machine after the installation, if there is one.
IndexRange to_apply(const Server& server, const core::Ready& ready);

/// How long a leader waits for the answer to a snapshot.
inline constexpr Duration kSnapshotPatience = std::chrono::seconds(5);

/// Every log begins with the bootstrap entry.
inline constexpr Item kBootstrap{.term = Term(1), .value = 1};

/// Sees what the servers do, for a transcript.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Before `ready` is carried out.
  virtual void on_ready(const Server& server, const core::Ready& ready) = 0;
  /// A snapshot, or the answer to one, is to be sent.
  virtual void on_snapshot(const Server& server, const HeldPacket& packet) = 0;
};

struct Options {
  std::size_t servers = 3;
  /// The last ones of them; they do not vote.
  std::size_t learners = 0;
  /// More servers, behind them: on empty disks, and members only when somebody adds them.
  std::size_t spares = 0;
  std::uint64_t seed = 1;
  std::uint64_t entries_per_message_max = 4;
  /// Of every server; id and seed are its own.
  core::RaftOptions raft = {.inflight_entries_max = 16};
  /// In the order of the ids; servers beyond it have none.
  std::vector<Preference> preferences = {};
  /// In the order of the ids; servers beyond it have the bootstrap entry only.
  std::vector<Disk> disks = {};
  bool faults_are_violations = true;
  /// Files of snapshots wait for complete_file().
  bool slow_files = false;
  /// Borrowed; null: nobody looks.
  Observer* observer = nullptr;
};

/// The members when nobody has changed them.
Configuration configuration_of(const Options& options);

class Cluster {
 public:
  explicit Cluster(const Options& options);

  // Steps. Each ends with the checks. Those with a server require that it is running, but for
  // start().
  void turn(Server& server);
  void deliver(std::size_t packet);
  /// Hands a packet to its receiver, which gives the range that it appended.
  IndexRange receive(const Packet& packet);
  void drop(std::size_t packet);
  void duplicate(std::size_t packet);
  void complete_write(Server& server);
  void fail_write(Server& server);
  Result<LogPosition> propose(Server& server, std::uint64_t count = 1);
  Result<ServerId> transfer(Server& server, ServerId to);
  /// From the configuration that this server knows.
  Result<std::uint64_t> change_membership(Server& server, std::vector<Member> members);
  /// Of everything that is applied, and compacts the log but for the last `keeping` entries of
  /// that. False: nothing was applied since the last one, or another one, or an installation, is on
  /// its way.
  bool take_snapshot(Server& server, std::uint64_t keeping);
  /// A file is there, the oldest of those that are being written or another.
  void complete_file(Server& server, std::size_t at = 0);
  /// It is told that a snapshot could not be sent.
  void fail_snapshot(Server& server, const Packet& packet);
  /// It forgets all but its disk, and is down.
  void stop(Server& server, std::size_t writes_that_survive);
  void start(Server& server);
  /// Stops and starts.
  void crash(Server& server, std::size_t writes_that_survive);
  void elapse(Duration duration);

  /// Everything works, in order, for `duration`.
  void run_well_for(Duration duration);

  /// Log Matching of all pairs of logs, which no step checks, as it looks at every entry.
  void check_logs();

  /// The leader of the newest term that has one; null: none.
  Server* leader();

  /// Of a server's own clock.
  [[nodiscard]] Instant now(const Server& server) const { return now_ + server.clock_ahead; }

  [[nodiscard]] Server& server(std::size_t at) { return servers_[at]; }

  [[nodiscard]] std::size_t size() const { return servers_.size(); }

  [[nodiscard]] const std::vector<Packet>& packets() const { return packets_; }

  [[nodiscard]] const Items& ledger() const { return ledger_; }

  /// Committed configurations, the first one too.
  [[nodiscard]] std::size_t committed_configurations() const;

  [[nodiscard]] std::uint64_t snapshots_taken() const { return snapshots_taken_; }

  /// Into state machines that ran.
  [[nodiscard]] std::size_t snapshots_installed() const { return snapshots_installed_; }

  /// The first property that was broken; empty: none was.
  [[nodiscard]] const std::string& violation() const { return violation_; }

 private:
  Server* find(ServerId id);
  void carry_out(Server& server, core::Ready ready);
  void submit(Server& server, core::Write write);
  void release_held(Server& server);
  void replicate(Server& server, const core::Replicate& permission);
  void send(Server& server, Packet packet);
  void make_durable(Server& server, const PendingDiskWrite& write, bool with_entries);
  void compact_disk(Server& server, const core::Write& write);
  core::RestoredState restore(const Server& server) const;
  /// The log up to a position that is committed.
  Items log_through(LogPosition position);
  void receive_snapshot(Server& server, ServerId from, const InstallSnapshot& message);
  void answer_snapshot(Server& server, ServerId from, const InstallSnapshot& message);
  void write_file(Server& server, SnapshotFile file);
  void give_up_late_snapshots(Server& server);
  void carry_out_snapshots(Server& server, const core::Ready& ready);
  void install(Server& server, const SnapshotMetadata& snapshot);
  void check(const Server& server);
  void check_leader(const Server& server);
  void check_configuration(const Server& server);
  void check_snapshot(const Server& server);
  void check_promise(const Server& server, const Packet& packet);
  [[nodiscard]] bool is_on_a_majority(const Configuration& configuration, Index index,
                                      const Item& item) const;
  void violated(const std::string& what);

  Options options_;
  Instant now_{std::chrono::seconds(1)};
  std::vector<Server> servers_;
  std::vector<Packet> packets_;
  Items ledger_;
  /// By the number that stands for the entry.
  std::map<std::uint64_t, Configuration> configurations_;
  std::map<std::uint64_t, ServerId> leader_of_term_;
  std::uint64_t next_value_ = 1000;
  std::uint64_t starts_ = 0;
  std::uint64_t snapshots_taken_ = 0;
  std::size_t snapshots_installed_ = 0;
  std::string violation_;
};

}  // namespace buoyant::core_cluster
