// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Snapshots of this server, which leads, on their way to followers whose entries were compacted
/// away (§5.2).
///
/// A transfer begins with a question: how much of this snapshot is there. Parts follow from
/// where the answer says, a window of them at a time; each part is answered. An answer that names
/// another place than the parts have reached empties the window, and then the transfer goes on
/// from there. A link that broke, or is silent for too long, is asked anew.
///
/// Bounded: transfers at once, bytes read or sent and not answered, bytes per second. Followers
/// beyond the first bound wait; the core asks for them until then with nothing but heartbeats.
#pragma once

#include "buoyant/model/message.h"
#include "buoyant/node_options.h"
#include "buoyant/port/codec.h"
#include "buoyant/port/snapshot_store.h"
#include "buoyant/port/transport.h"
#include "node/snapshot_host.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace buoyant::node {

/// Owned by the engine, which lives until the store is closed.
class SnapshotOut {
 public:
  struct Ports {
    port::SnapshotStore* store = nullptr;  ///< Null: nothing can be sent.
    port::Codec& codec;
    port::Transport& transport;
  };

  struct Progress {
    std::uint64_t acknowledged = 0;
    std::uint64_t bytes = 0;
  };

  SnapshotOut(const NodeOptions& options, const Ports& ports, SnapshotHost& host);

  /// The core asks for it; one that is under way goes on.
  void want(ServerId to);

  void on_connected(ServerId peer);
  void on_disconnected(ServerId peer);
  void on_answer(ServerId from, const InstallSnapshotReply& reply);

  /// The work of one turn: begins, reads, sends, gives up.
  void run(core::Raft& raft);

  /// This server leads no more: everything ends.
  void reset();

  /// True: its own snapshot cannot be read; another one has to be taken.
  [[nodiscard]] bool take_damage() noexcept { return std::exchange(damaged_, false); }

  /// When run() has something to do although nothing happened; Instant::never(): not by itself.
  [[nodiscard]] Instant deadline() const noexcept;

  /// The files that are being sent.
  [[nodiscard]] std::vector<SnapshotId> files() const;

  /// The earliest position of those.
  [[nodiscard]] std::optional<Index> earliest() const noexcept;

  /// True: files() has fewer than at the last call.
  [[nodiscard]] bool take_ended() noexcept { return std::exchange(ended_, false); }

  /// Nullopt: nothing is being sent to it.
  [[nodiscard]] std::optional<Progress> progress(ServerId peer) const noexcept;

 private:
  struct Transfer {
    std::uint64_t number = 0;  ///< Of reads and answers: those of another one are stale (S12).
    SnapshotMetadata snapshot;
    Term term;
    bool asked = false;     ///< The question is out on the present connection.
    bool answered = false;  ///< And was answered.
    /// The receiver holds everything before.
    std::uint64_t acknowledged = 0;
    /// The next byte to read.
    std::uint64_t next = 0;
    /// Where the parts that were sent and not answered end.
    std::deque<std::uint64_t> in_flight;
    /// Where the first part of the window began.
    std::uint64_t window_from = 0;
    /// The window is being emptied; then it goes on from `acknowledged`.
    bool rewinding = false;
    bool reading = false;
    std::uint64_t part_offset = 0;
    std::optional<Bytes> part;  ///< Read, not sent.
    Instant heard;              ///< When it last got on.
    Instant not_before;         ///< Nothing is sent earlier.
    bool failed = false;
  };

  void begin(core::Raft& raft, ServerId to);
  /// False: this transfer is over.
  bool step(core::Raft& raft, ServerId to, Transfer& transfer);
  void ask(ServerId to, Transfer& transfer);
  void read_more(ServerId to, Transfer& transfer);
  void send_part(ServerId to, Transfer& transfer);
  void on_read(ServerId to, std::uint64_t number, Result<Bytes> result);
  void restart_link(ServerId to, Transfer& transfer);
  void end(std::map<ServerId, Transfer>::iterator at);

  std::size_t part_bytes_;
  std::size_t inflight_bytes_max_;
  std::size_t transfers_max_;
  std::uint64_t bytes_per_second_;
  Duration patience_;
  Duration pause_;
  Ports ports_;
  SnapshotHost& host_;

  std::map<ServerId, Transfer> transfers_;
  std::vector<ServerId> waiting_;
  std::vector<ServerId> connected_;
  std::uint64_t numbers_ = 0;
  Instant throttled_until_;
  bool damaged_ = false;
  bool ended_ = false;
};

}  // namespace buoyant::node
