// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The sending half of the transport in memory: queues, their bounds, and what is said of them.

#include "adapters/memory/transport.h"

#include <utility>

namespace buoyant::memory {

port::SendResult MemoryTransport::send(ServerId peer, port::Channel channel,
                                       const Frame& frame) noexcept {
  const ConnectionPointer connection = connection_of(peer, channel);
  if (!connection) {
    return port::SendResult::kNotConnected;
  }
  const auto known = dialled_.find(connection->link);
  const std::size_t queued = queued_bytes(*connection);
  if (queued > 0 && queued + frame.bytes() > queue_bytes_max(connection->link.purpose)) {
    if (port::is_dialled(channel)) {
      known->second.was_full = true;
    }
    return port::SendResult::kQueueFull;
  }
  for (const Bytes& piece : frame.pieces) {
    connection->unflushed.insert(connection->unflushed.end(), piece.data(),
                                 piece.data() + piece.size());
  }
  if (known != dialled_.end()) {
    ++known->second.frames_sent;
    known->second.bytes_sent += frame.bytes();
  }
  return port::SendResult::kQueued;
}

void MemoryTransport::flush() noexcept {
  for (const auto& [id, connection] : connections_) {
    if (!connection->unflushed.empty()) {
      network_.put(connection->stream, other(connection->side),
                   std::exchange(connection->unflushed, {}));
    }
  }
}

std::size_t MemoryTransport::queued_bytes(ServerId peer) const noexcept {
  const ConnectionPointer connection = connection_of(peer, port::Channel::kRequest);
  return connection ? queued_bytes(*connection) : 0;
}

std::vector<port::PeerLinkStatus> MemoryTransport::status() const {
  std::vector<port::PeerLinkStatus> all;
  for (const auto& [link, dialled] : dialled_) {
    if (link.purpose != LinkPurpose::kRequests) {
      continue;
    }
    const bool connected = dialled.connection && dialled.connection->ready;
    all.push_back({.id = link.peer,
                   .connected = connected,
                   .accepted = accepted_.contains(link),
                   .queued_bytes = queued_bytes(link.peer),
                   .frames_sent = dialled.frames_sent,
                   .bytes_sent = dialled.bytes_sent,
                   .reconnects = dialled.dials > 0 ? dialled.dials - 1 : 0,
                   .trouble = connected ? "" : dialled.trouble,
                   .snapshots = snapshot_status(link.peer)});
  }
  return all;
}

port::SnapshotLinkStatus MemoryTransport::snapshot_status(ServerId peer) const {
  const port::LinkKey link{peer, LinkPurpose::kSnapshots};
  port::SnapshotLinkStatus status{.accepted = accepted_.contains(link)};
  if (const auto known = dialled_.find(link); known != dialled_.end()) {
    const Dialled& dialled = known->second;
    status.wanted = true;
    status.connected = dialled.connection && dialled.connection->ready;
    status.queued_bytes = status.connected ? queued_bytes(*dialled.connection) : 0;
    status.frames_sent = dialled.frames_sent;
    status.bytes_sent = dialled.bytes_sent;
    status.reconnects = dialled.dials > 0 ? dialled.dials - 1 : 0;
    status.trouble = status.connected ? "" : dialled.trouble;
  }
  return status;
}

MemoryTransport::ConnectionPointer MemoryTransport::connection_of(ServerId peer,
                                                                  port::Channel channel) const {
  const port::LinkKey link{peer, port::purpose_of(channel)};
  if (!port::is_dialled(channel)) {
    const auto found = accepted_.find(link);
    return found == accepted_.end() ? nullptr : found->second;
  }
  const auto found = dialled_.find(link);
  const bool ready =
      found != dialled_.end() && found->second.connection && found->second.connection->ready;
  return ready ? found->second.connection : nullptr;
}

std::size_t MemoryTransport::queue_bytes_max(LinkPurpose purpose) const noexcept {
  return purpose == LinkPurpose::kSnapshots ? options_.snapshot_queue_bytes_max
                                            : options_.queue_bytes_max;
}

std::size_t MemoryTransport::queued_bytes(Connection& connection) const {
  return connection.unflushed.size() + connection.stream->toward(other(connection.side)).bytes;
}

}  // namespace buoyant::memory
