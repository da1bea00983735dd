// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Frames of peers on their way in: decoded, stepped by the core, and the accepted payloads kept.
#pragma once

#include "buoyant/core/raft.h"
#include "buoyant/port/codec.h"
#include "buoyant/port/transport.h"
#include "node/entry_cache.h"

#include <optional>
#include <vector>

namespace buoyant::node {

/// Owned by the engine.
class Receiver {
 public:
  /// What became of a frame.
  struct Outcome {
    /// False: not a legal message of that channel; the connection is to end.
    bool acceptable = false;
    /// Then: what is wrong with it. Static storage.
    const char* wrong = "another group, or not for this channel";
    /// What is not for the core.
    std::optional<Forward> forward;
    std::vector<Bytes> payloads;
    std::optional<ForwardReply> forward_reply;
    std::optional<InstallSnapshot> snapshot;
    std::optional<InstallSnapshotReply> snapshot_reply;
    std::optional<ReadRequest> read_request;
    std::optional<ReadReply> read_reply;
    std::optional<ControlRequest> control;
    std::optional<ControlReply> control_reply;
    /// The first entry of the log came in: this is its checksum.
    std::optional<std::uint64_t> first_entry_checksum;
  };

  Receiver(port::Codec& codec, EntryCache& cache) : codec_(codec), cache_(cache) {}

  [[nodiscard]] Outcome receive(Instant now, core::Raft& raft, ServerId peer, port::Channel channel,
                                const ReceivedFrame& frame);

 private:
  void keep(const AppendEntries& message, std::vector<Entry> entries, const IndexRange& appended,
            const Bytes& region, Outcome& outcome);

  port::Codec& codec_;
  EntryCache& cache_;
};

}  // namespace buoyant::node
