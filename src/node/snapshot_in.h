// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A snapshot of the leader on its way in (§5.2): parts into the store, answers back.
///
/// The core says whether it is wanted, the store how much of it is here; the leader goes on from
/// the answer. One question or part is one answer, in their order, so that the leader can count.
/// When the whole is durable the core is told, before the leader is.
///
/// Bounded: what was given to the store and did not come back counts against a bound in bytes
/// and one in number; beyond it a part is dropped, and the answer names what is held.
#pragma once

#include "buoyant/model/message.h"
#include "buoyant/port/codec.h"
#include "buoyant/port/snapshot_store.h"
#include "buoyant/port/transport.h"
#include "node/snapshot_host.h"

#include <cstddef>
#include <cstdint>
#include <deque>

namespace buoyant::node {

/// Owned by the engine, which lives until the store is closed.
class SnapshotIn {
 public:
  struct Ports {
    port::SnapshotStore* store = nullptr;  ///< Null: every offer is refused.
    port::Codec& codec;
    port::Transport& transport;
  };

  /// How far the transfer is that came last.
  struct Progress {
    ServerId from;
    SnapshotMetadata snapshot;  ///< Position zero: there was none.
    std::uint64_t held = 0;
    bool under_way = false;
  };

  SnapshotIn(const Ports& ports, std::size_t bytes_max, SnapshotHost& host)
      : ports_(ports), bytes_max_(bytes_max), host_(host) {}

  /// A part came in, or the question.
  void receive(ServerId from, const InstallSnapshot& message, Bytes part);

  /// Sends the answers that waited for writes of the core through `durable`.
  void release(WriteId durable);

  /// No answer leaves any more.
  void clear() noexcept { held_back_.clear(); }

  [[nodiscard]] const Progress& progress() const noexcept { return progress_; }

 private:
  struct Answer {
    ServerId to;
    WriteId after;
    InstallSnapshotReply reply;
  };

  void ask_store(ServerId from, const InstallSnapshot& message);
  void give_to_store(ServerId from, const InstallSnapshot& message, Bytes part);
  void on_held(ServerId from, const InstallSnapshot& message, Result<std::uint64_t> held);
  void complete(ServerId from, const InstallSnapshot& message);
  void answer(ServerId to, const InstallSnapshot& message, const core::SnapshotOffer& offer,
              InstallProgress progress, std::uint64_t offset);

  Ports ports_;
  std::size_t bytes_max_;
  SnapshotHost& host_;
  std::size_t pending_ = 0;
  std::size_t pending_bytes_ = 0;
  Progress progress_;
  std::deque<Answer> held_back_;  ///< `after` ascends.
};

}  // namespace buoyant::node
