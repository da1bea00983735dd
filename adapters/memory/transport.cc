// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/memory/transport.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace buoyant::memory {

MemoryTransport::MemoryTransport(MemoryNetwork& network, TransportOptions options)
    : network_(network),
      options_(std::move(options)),
      self_(std::make_shared<MemoryTransport*>(this)) {}

MemoryTransport::~MemoryTransport() {
  end_everything();
}

void MemoryTransport::start(port::TransportEvents& events) noexcept {
  BUOYANT_ASSERT(events_ == nullptr);
  events_ = &events;
  const bool listening = network_.listen(options_.address, options_.id, *this);
  BUOYANT_ASSERT(listening);
}

void MemoryTransport::set_peers(std::vector<port::PeerAddress> peers) noexcept {
  BUOYANT_ASSERT(events_ != nullptr);
  for (auto at = peers_.begin(); at != peers_.end();) {
    const bool stays = std::any_of(peers.begin(), peers.end(),
                                   [&](const auto& peer) { return peer.id == at->first; });
    if (stays) {
      ++at;
      continue;
    }
    if (at->second.redial) {
      network_.scheduler().cancel(*at->second.redial);
    }
    const ConnectionPointer dialled = at->second.dialled;
    at = peers_.erase(at);
    if (dialled) {
      end(dialled, "peer removed", true);
    }
  }
  for (port::PeerAddress& peer : peers) {
    const auto [at, added] = peers_.try_emplace(peer.id);
    at->second.address = std::move(peer.address);
    if (added) {
      schedule_dial(peer.id, Duration(0));
    }
  }
}

void MemoryTransport::admit(port::ConnectionId id, Refusal refusal) noexcept {
  const auto found = connections_.find({id, Side::kAcceptor});
  if (found == connections_.end() || found->second->ready || !found->second->hello) {
    return;
  }
  const ConnectionPointer connection = found->second;
  const Hello mine = events_->make_hello(connection->peer);
  HelloReply reply;
  reply.refusal = refusal;
  reply.version = std::min(mine.version_max, connection->hello->version_max);
  reply.identity = mine.identity;
  reply.configuration_index = mine.configuration_index;
  reply.bootstrap = mine.bootstrap;
  network_.put(connection->stream, Side::kDialler, reply);
  if (refusal != Refusal::kNone) {
    end(connection, "refused", true);
    return;
  }
  if (const auto older = accepted_.find(connection->peer); older != accepted_.end()) {
    end(ConnectionPointer(older->second), "replaced by a newer connection", true);
  }
  connection->ready = true;
  accepted_[connection->peer] = connection;
}

port::SendResult MemoryTransport::send(ServerId peer, port::Channel channel,
                                       const Frame& frame) noexcept {
  const ConnectionPointer connection = connection_of(peer, channel);
  if (!connection) {
    return port::SendResult::kNotConnected;
  }
  const auto known = peers_.find(peer);
  const std::size_t queued = queued_bytes(*connection);
  if (queued > 0 && queued + frame.bytes() > options_.queue_bytes_max) {
    if (channel == port::Channel::kRequest) {
      known->second.was_full = true;
    }
    return port::SendResult::kQueueFull;
  }
  for (const Bytes& piece : frame.pieces) {
    connection->unflushed.insert(connection->unflushed.end(), piece.data(),
                                 piece.data() + piece.size());
  }
  if (known != peers_.end()) {
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
  for (const auto& [id, peer] : peers_) {
    port::PeerLinkStatus link{.id = id};
    link.connected = peer.dialled && peer.dialled->ready;
    link.accepted = accepted_.contains(id);
    link.queued_bytes = queued_bytes(id);
    link.frames_sent = peer.frames_sent;
    link.bytes_sent = peer.bytes_sent;
    link.reconnects = peer.dials > 0 ? peer.dials - 1 : 0;
    link.trouble = link.connected ? "" : peer.trouble;
    all.push_back(link);
  }
  return all;
}

void MemoryTransport::close(std::function<void()> done) noexcept {
  end_everything();
  network_.scheduler().post(std::move(done));
}

void MemoryTransport::end_everything() {
  *self_ = nullptr;
  if (events_ != nullptr) {
    network_.stop_listening(options_.address);
  }
  events_ = nullptr;
  for (const auto& [id, connection] : connections_) {
    network_.leave(connection->stream, connection->side, "connection closed");
  }
  for (const auto& [id, peer] : peers_) {
    if (peer.redial) {
      network_.scheduler().cancel(*peer.redial);
    }
  }
  connections_.clear();
  accepted_.clear();
  peers_.clear();
}

void MemoryTransport::on_dialled(const StreamPointer& stream) {
  connections_[{stream->id(), Side::kAcceptor}] =
      std::make_shared<Connection>(stream, Side::kAcceptor, ServerId());
}

void MemoryTransport::on_arrival(const StreamPointer& stream, Side side, StreamItem item) {
  const auto found = connections_.find({stream->id(), side});
  if (found == connections_.end()) {
    return;
  }
  const ConnectionPointer connection = found->second;
  if (const auto* hello = std::get_if<Hello>(&item)) {
    on_hello(connection, *hello);
  } else if (const auto* reply = std::get_if<HelloReply>(&item)) {
    on_hello_reply(connection, *reply);
  } else if (const auto* bytes = std::get_if<std::vector<std::byte>>(&item)) {
    on_bytes(connection, *bytes);
    report_writable(connection);
  } else {
    end(connection, std::get<StreamEnd>(item).why, false);
  }
}

void MemoryTransport::on_hello(const ConnectionPointer& connection, const Hello& hello) {
  connection->peer = hello.identity.server;
  connection->hello = hello;
  events_->on_hello(connection->stream->id(), hello);
}

void MemoryTransport::on_hello_reply(const ConnectionPointer& connection, const HelloReply& reply) {
  const ServerId id = connection->peer;
  if (reply.refusal != Refusal::kNone) {
    report_trouble(id, refusal_message(reply.refusal));
    end(connection, refusal_message(reply.refusal), false);
    return;
  }
  const Refusal refusal = events_->on_hello_reply(id, reply);
  if (!is_live(connection)) {
    return;
  }
  if (refusal != Refusal::kNone) {
    end(connection, refusal_message(refusal), false);
    return;
  }
  connection->ready = true;
  connection->reader.set_body_bytes_max(options_.frame_bytes_max);
  Peer& peer = peers_.at(id);
  peer.trouble = "";
  peer.reported = "";
  events_->on_connected(id);
}

void MemoryTransport::on_bytes(const ConnectionPointer& connection, ByteView bytes) {
  const auto channel =
      connection->side == Side::kDialler ? port::Channel::kReply : port::Channel::kRequest;
  connection->reader.set_body_bytes_max(options_.frame_bytes_max);
  while (!bytes.empty()) {
    const auto target = connection->reader.writable();
    const std::size_t count = std::min(target.size(), bytes.size());
    std::memcpy(target.data(), bytes.data(), count);
    connection->reader.commit(count);
    bytes = bytes.subspan(count);
    for (;;) {
      auto frame = connection->reader.next();
      if (!frame) {
        report_trouble(connection->peer, frame.error().context());
        end(connection, frame.error().context(), false);
        return;
      }
      if (!*frame) {
        break;
      }
      const bool accepted = events_->on_frame(connection->peer, channel, std::move(**frame));
      if (!is_live(connection)) {
        return;
      }
      if (!accepted) {
        end(connection, "unacceptable frame", false);
        return;
      }
    }
  }
}

void MemoryTransport::report_writable(const ConnectionPointer& connection) {
  // What arrived here left the queue of the other side.
  StreamReceiver* dialler = connection->stream->toward(Side::kDialler).receiver;
  if (dialler == nullptr || connection->side == Side::kDialler) {
    return;
  }
  auto* sender = static_cast<MemoryTransport*>(dialler);
  const auto theirs = sender->connections_.find({connection->stream->id(), Side::kDialler});
  if (theirs == sender->connections_.end()) {
    return;
  }
  const ServerId id = theirs->second->peer;
  Peer& state = sender->peers_.at(id);
  if (state.was_full &&
      sender->queued_bytes(*theirs->second) <= sender->options_.queue_bytes_max / 2) {
    state.was_full = false;
    sender->post_event([id](port::TransportEvents& events) { events.on_writable(id); });
  }
}

void MemoryTransport::dial(ServerId id) {
  Peer& peer = peers_.at(id);
  peer.redial.reset();
  ++peer.dials;
  StreamPointer stream = network_.dial(options_.id, *this, peer.address);
  if (!stream) {
    peer.trouble = "connection refused";
    schedule_dial(id, options_.redial_delay);
    return;
  }
  peer.dialled = std::make_shared<Connection>(stream, Side::kDialler, id);
  connections_[{stream->id(), Side::kDialler}] = peer.dialled;
  peer.trouble = "handshake";
  Hello hello = events_->make_hello(id);
  hello.expected = id;
  network_.put(stream, Side::kAcceptor, std::move(hello));
}

void MemoryTransport::schedule_dial(ServerId id, Duration delay) {
  Scheduler& scheduler = network_.scheduler();
  peers_.at(id).redial = scheduler.post_at(scheduler.now() + delay, [this, id] { dial(id); });
}

void MemoryTransport::end(const ConnectionPointer& connection, const char* why, bool inside_call) {
  if (!is_live(connection)) {
    return;
  }
  connections_.erase({connection->stream->id(), connection->side});
  network_.leave(connection->stream, connection->side, "connection closed");
  const ServerId id = connection->peer;
  if (connection->side == Side::kAcceptor) {
    const auto newest = accepted_.find(id);
    if (newest != accepted_.end() && newest->second == connection) {
      accepted_.erase(newest);
    }
    return;
  }
  if (const auto peer = peers_.find(id); peer != peers_.end()) {
    peer->second.dialled.reset();
    peer->second.was_full = false;
    peer->second.trouble = why;
    schedule_dial(id, options_.redial_delay);
  }
  if (!std::exchange(connection->ready, false)) {
    return;
  }
  if (inside_call) {
    post_event([id](port::TransportEvents& events) { events.on_disconnected(id); });
  } else {
    events_->on_disconnected(id);
  }
}

void MemoryTransport::report_trouble(ServerId id, const char* what) {
  const auto peer = peers_.find(id);
  if (peer != peers_.end()) {
    if (std::strcmp(peer->second.reported, what) == 0) {
      return;
    }
    peer->second.reported = what;
  }
  events_->on_trouble(id, what, peer == peers_.end() ? "" : peer->second.address);
}

void MemoryTransport::post_event(std::function<void(port::TransportEvents&)> event) {
  network_.scheduler().post([self = self_, event = std::move(event)] {
    if (*self != nullptr && (*self)->events_ != nullptr) {
      event(*(*self)->events_);
    }
  });
}

MemoryTransport::ConnectionPointer MemoryTransport::connection_of(ServerId peer,
                                                                  port::Channel channel) const {
  if (channel == port::Channel::kReply) {
    const auto found = accepted_.find(peer);
    return found == accepted_.end() ? nullptr : found->second;
  }
  const auto found = peers_.find(peer);
  const bool ready = found != peers_.end() && found->second.dialled && found->second.dialled->ready;
  return ready ? found->second.dialled : nullptr;
}

std::size_t MemoryTransport::queued_bytes(Connection& connection) const {
  return connection.unflushed.size() + connection.stream->toward(other(connection.side)).bytes;
}

bool MemoryTransport::is_live(const ConnectionPointer& connection) const {
  return connections_.contains({connection->stream->id(), connection->side});
}

}  // namespace buoyant::memory
