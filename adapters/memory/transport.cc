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
  for (auto at = dialled_.begin(); at != dialled_.end();) {
    const bool stays = std::any_of(peers.begin(), peers.end(),
                                   [&](const auto& peer) { return peer.id == at->first.peer; });
    at = stays ? std::next(at) : forget(at, "peer removed");
  }
  for (port::PeerAddress& peer : peers) {
    if (const auto snapshots = dialled_.find({peer.id, LinkPurpose::kSnapshots});
        snapshots != dialled_.end()) {
      snapshots->second.address = peer.address;
    }
    keep_up({peer.id, LinkPurpose::kRequests}, std::move(peer.address));
  }
}

void MemoryTransport::link_snapshots(ServerId peer, bool wanted) noexcept {
  const auto requests = dialled_.find({peer, LinkPurpose::kRequests});
  if (requests == dialled_.end()) {
    return;
  }
  const port::LinkKey link{peer, LinkPurpose::kSnapshots};
  if (wanted) {
    keep_up(link, requests->second.address);
  } else if (const auto known = dialled_.find(link); known != dialled_.end()) {
    forget(known, "not wanted");
  }
}

void MemoryTransport::keep_up(port::LinkKey link, std::string address) {
  const auto [at, added] = dialled_.try_emplace(link);
  at->second.address = std::move(address);
  if (added) {
    schedule_dial(link, Duration(0));
  }
}

MemoryTransport::Diallings::iterator MemoryTransport::forget(Diallings::iterator at,
                                                             const char* why) {
  if (at->second.redial) {
    network_.scheduler().cancel(*at->second.redial);
  }
  const ConnectionPointer connection = at->second.connection;
  at = dialled_.erase(at);
  if (connection) {
    end(connection, why, true);
  }
  return at;
}

void MemoryTransport::admit(port::ConnectionId id, Refusal refusal) noexcept {
  const auto found = connections_.find({id, Side::kAcceptor});
  if (found == connections_.end() || found->second->ready || !found->second->hello) {
    return;
  }
  const ConnectionPointer connection = found->second;
  const Hello mine = events_->make_hello(connection->link.peer);
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
  if (const auto older = accepted_.find(connection->link); older != accepted_.end()) {
    end(ConnectionPointer(older->second), "replaced by a newer connection", true);
  }
  connection->ready = true;
  accepted_[connection->link] = connection;
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
  for (const auto& [link, dialled] : dialled_) {
    if (dialled.redial) {
      network_.scheduler().cancel(*dialled.redial);
    }
  }
  connections_.clear();
  accepted_.clear();
  dialled_.clear();
}

void MemoryTransport::on_dialled(const StreamPointer& stream) {
  connections_[{stream->id(), Side::kAcceptor}] =
      std::make_shared<Connection>(stream, Side::kAcceptor, port::LinkKey());
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
  connection->link = {hello.identity.server, hello.purpose};
  connection->hello = hello;
  events_->on_hello(connection->stream->id(), hello);
}

void MemoryTransport::on_hello_reply(const ConnectionPointer& connection, const HelloReply& reply) {
  const ServerId id = connection->link.peer;
  if (reply.refusal != Refusal::kNone) {
    report_trouble(id, refused_message(reply.refusal));
    events_->on_refused(id, reply);
    end(connection, refused_message(reply.refusal), false);
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
  dialled_.at(connection->link).trouble = "";
  dialled_.at({id, LinkPurpose::kRequests}).reported = "";
  port::tell_connected(*events_, connection->link);
}

void MemoryTransport::on_bytes(const ConnectionPointer& connection, ByteView bytes) {
  const port::Channel channel = connection->side == Side::kDialler
                                    ? port::reply_channel(connection->link.purpose)
                                    : port::request_channel(connection->link.purpose);
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
        report_trouble(connection->link.peer, frame.error().context());
        end(connection, frame.error().context(), false);
        return;
      }
      if (!*frame) {
        break;
      }
      const bool accepted = events_->on_frame(connection->link.peer, channel, std::move(**frame));
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
  const port::LinkKey link = theirs->second->link;
  Dialled& state = sender->dialled_.at(link);
  if (state.was_full &&
      sender->queued_bytes(*theirs->second) <= sender->queue_bytes_max(link.purpose) / 2) {
    state.was_full = false;
    sender->post_event([link](port::TransportEvents& events) { tell_writable(events, link); });
  }
}

void MemoryTransport::dial(port::LinkKey link) {
  Dialled& dialled = dialled_.at(link);
  dialled.redial.reset();
  ++dialled.dials;
  StreamPointer stream = network_.dial(options_.id, *this, dialled.address);
  if (!stream) {
    dialled.trouble = "connection refused";
    schedule_dial(link, options_.redial_delay);
    return;
  }
  dialled.connection = std::make_shared<Connection>(stream, Side::kDialler, link);
  connections_[{stream->id(), Side::kDialler}] = dialled.connection;
  dialled.trouble = "handshake";
  Hello hello = events_->make_hello(link.peer);
  hello.expected = link.peer;
  hello.purpose = link.purpose;
  network_.put(stream, Side::kAcceptor, std::move(hello));
}

void MemoryTransport::schedule_dial(port::LinkKey link, Duration delay) {
  Scheduler& scheduler = network_.scheduler();
  dialled_.at(link).redial =
      scheduler.post_at(scheduler.now() + delay, [this, link] { dial(link); });
}

void MemoryTransport::end(const ConnectionPointer& connection, const char* why, bool inside_call) {
  if (!is_live(connection)) {
    return;
  }
  connections_.erase({connection->stream->id(), connection->side});
  network_.leave(connection->stream, connection->side, "connection closed");
  const port::LinkKey link = connection->link;
  if (connection->side == Side::kAcceptor) {
    const auto newest = accepted_.find(link);
    if (newest != accepted_.end() && newest->second == connection) {
      accepted_.erase(newest);
    }
    return;
  }
  if (const auto known = dialled_.find(link); known != dialled_.end()) {
    known->second.connection.reset();
    known->second.was_full = false;
    known->second.trouble = why;
    schedule_dial(link, options_.redial_delay);
  }
  if (!std::exchange(connection->ready, false)) {
    return;
  }
  if (inside_call) {
    post_event([link](port::TransportEvents& events) { tell_disconnected(events, link); });
  } else {
    tell_disconnected(*events_, link);
  }
}

void MemoryTransport::report_trouble(ServerId id, const char* what) {
  const auto peer = dialled_.find({id, LinkPurpose::kRequests});
  if (peer != dialled_.end()) {
    if (std::strcmp(peer->second.reported, what) == 0) {
      return;
    }
    peer->second.reported = what;
  }
  events_->on_trouble(id, what, peer == dialled_.end() ? "" : peer->second.address);
}

void MemoryTransport::post_event(std::function<void(port::TransportEvents&)> event) {
  network_.scheduler().post([self = self_, event = std::move(event)] {
    if (*self != nullptr && (*self)->events_ != nullptr) {
      event(*(*self)->events_);
    }
  });
}

bool MemoryTransport::is_live(const ConnectionPointer& connection) const {
  return connections_.contains({connection->stream->id(), connection->side});
}

}  // namespace buoyant::memory
