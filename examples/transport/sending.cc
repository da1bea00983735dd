// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/transport/local_transport.h"

/// Queues, their bounds, and what is said of the links.
namespace local_transport {

using buoyant::LinkPurpose;
using buoyant::ServerId;
using buoyant::port::Channel;
using buoyant::port::SendResult;

SendResult LocalTransport::send(ServerId id, Channel channel,
                                const buoyant::Frame& frame) noexcept {
  Link* link = link_of(id, channel);
  if (link == nullptr) {
    return SendResult::kNotConnected;
  }
  const LinkKey key{id, purpose_of(channel)};
  const auto dialled = dialled_.find(key);
  const std::size_t queued = link->queued_bytes();
  // An empty queue takes any frame, or a large one would never leave.
  if (queued > 0 && queued + frame.bytes() > queue_bytes_max(key.purpose)) {
    if (is_dialled(channel)) {
      dialled->second.was_full = true;
    }
    return SendResult::kQueueFull;
  }
  link->queue(frame);
  if (dialled != dialled_.end()) {
    dialled->second.frames_sent += 1;
    dialled->second.bytes_sent += frame.bytes();
  }
  return SendResult::kQueued;
}

void LocalTransport::flush() noexcept {
  for (const auto& [key, dialled] : dialled_) {
    if (dialled.is_up) {
      dialled.link->flush();
    }
  }
  for (const auto& [link, guest] : guests_) {
    link->flush();
  }
}

void LocalTransport::on_written(Link& link) {
  const auto found = dialled_of(link);
  if (found == dialled_.end()) {
    return;
  }
  const LinkKey key = found->first;
  if (found->second.was_full && link.queued_bytes() <= queue_bytes_max(key.purpose) / 2) {
    found->second.was_full = false;
    tell_writable(*events_, key);
  }
}

std::size_t LocalTransport::queue_bytes_max(LinkPurpose purpose) const {
  return purpose == LinkPurpose::kSnapshots ? options_.snapshot_queue_bytes_max
                                            : options_.queue_bytes_max;
}

std::size_t LocalTransport::queued_bytes(ServerId id) const noexcept {
  const Link* link = link_of(id, Channel::kRequest);
  return link != nullptr ? link->queued_bytes() : 0;
}

std::vector<buoyant::port::PeerLinkStatus> LocalTransport::status() const {
  std::vector<buoyant::port::PeerLinkStatus> all;
  for (const auto& [key, dialled] : dialled_) {
    if (key.purpose != LinkPurpose::kRequests) {
      continue;
    }
    all.push_back({.id = key.peer,
                   .connected = dialled.is_up,
                   .accepted = newest_.contains(key),
                   .queued_bytes = queued_bytes(key.peer),
                   .frames_sent = dialled.frames_sent,
                   .bytes_sent = dialled.bytes_sent,
                   .reconnects = dialled.times_up > 0 ? dialled.times_up - 1 : 0,
                   .trouble = dialled.is_up ? "" : dialled.trouble,
                   .snapshots = snapshot_status(key.peer)});
  }
  return all;
}

buoyant::port::SnapshotLinkStatus LocalTransport::snapshot_status(ServerId peer) const {
  const LinkKey key{peer, LinkPurpose::kSnapshots};
  buoyant::port::SnapshotLinkStatus status{.accepted = newest_.contains(key)};
  if (const auto known = dialled_.find(key); known != dialled_.end()) {
    const Dialled& dialled = known->second;
    status.wanted = true;
    status.connected = dialled.is_up;
    status.queued_bytes = dialled.is_up ? dialled.link->queued_bytes() : 0;
    status.frames_sent = dialled.frames_sent;
    status.bytes_sent = dialled.bytes_sent;
    status.reconnects = dialled.times_up > 0 ? dialled.times_up - 1 : 0;
    status.trouble = dialled.is_up ? "" : dialled.trouble;
  }
  return status;
}

Link* LocalTransport::link_of(ServerId id, Channel channel) const {
  const LinkKey key{id, purpose_of(channel)};
  if (!is_dialled(channel)) {
    const auto guest = newest_.find(key);
    return guest != newest_.end() ? guest->second : nullptr;
  }
  const auto dialled = dialled_.find(key);
  return dialled != dialled_.end() && dialled->second.is_up ? dialled->second.link : nullptr;
}

}  // namespace local_transport
