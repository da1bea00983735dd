// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Replication (§3.5): permissions of the core become AppendEntries frames.
///
/// A permission says which entries a follower may get; how many of them leave now depends on the
/// frame limits, the follower's byte window, the budget of the turn and the transport. What was
/// sent is reported to the core; what was not is granted again. Followers take turns frame by
/// frame, so that one that is far behind does not starve the others.
#pragma once

#include "buoyant/core/raft.h"
#include "buoyant/node_options.h"
#include "buoyant/port/codec.h"
#include "buoyant/port/transport.h"
#include "node/entry_cache.h"
#include "node/frame_cache.h"
#include "node/inflight_window.h"
#include "node/log_reader.h"

#include <cstddef>
#include <map>
#include <set>
#include <vector>

namespace buoyant::node {

/// Owned by the engine.
class Replicator {
 public:
  Replicator(const NodeOptions& options, port::Codec& codec, port::Transport& transport,
             const EntryCache& cache, LogReader& reader)
      : options_(options), codec_(codec), transport_(transport), cache_(cache), reader_(reader) {}

  /// Carries out the permissions of one Ready, for peers that are connected.
  /// True: the turn's budget of frames was used up, and there is more to send.
  [[nodiscard]] bool replicate(Instant now, core::Raft& raft,
                               const std::vector<core::Replicate>& permissions,
                               const std::set<ServerId>& connected);

  /// What was under way to the peer is lost.
  void on_disconnected(ServerId peer);

  /// This server leads a new term, or does not lead any more.
  void reset();

  [[nodiscard]] std::size_t inflight_bytes(ServerId peer) const noexcept;

  /// See InflightWindow::acknowledgement.
  [[nodiscard]] Duration acknowledgement(ServerId peer) const noexcept;

  /// Frames that were encoded, ever; each may have been sent to several followers.
  [[nodiscard]] std::uint64_t frames_encoded() const noexcept { return frames_encoded_; }

 private:
  /// A permission, and how much of it was used.
  struct Job {
    const core::Replicate* permission = nullptr;
    LogPosition prev;
    bool done = false;
  };

  void report_failures(Instant now, core::Raft& raft);
  void observe_progress(Instant now, const core::Raft& raft);
  /// False: nothing left.
  bool send_frame(Instant now, core::Raft& raft, Job& job);
  static AppendEntries message_of(const Job& job);
  [[nodiscard]] bool is_encoded(const Job& job) const noexcept;
  const FrameCache::Encoded* encode(const core::Raft& raft, const Job& job);
  const Entry* find_entry(ServerId peer, Index index, Term term) const noexcept;
  void read_ahead(const core::Raft& raft, const core::Replicate& permission, Index first);

  const NodeOptions& options_;
  port::Codec& codec_;
  port::Transport& transport_;
  const EntryCache& cache_;
  LogReader& reader_;
  std::map<ServerId, InflightWindow> windows_;
  FrameCache frames_;
  std::uint64_t frames_encoded_ = 0;
  std::size_t bytes_encoded_ = 0;  ///< In this turn.
  std::size_t turns_ = 0;
};

}  // namespace buoyant::node
