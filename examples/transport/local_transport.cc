// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/transport/local_transport.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <unistd.h>
#include <utility>

namespace local_transport {

using buoyant::ServerId;
using buoyant::port::Channel;
using buoyant::port::SendResult;

/// Frees itself in its close callback, as a Link does.
template <class Uv>
struct LocalTransport::Handle {
  explicit Handle(LocalTransport& transport) : owner(&transport) { uv.data = this; }

  void close(std::shared_ptr<Ending> its_ending) {
    owner = nullptr;
    ending = std::move(its_ending);
    uv_close(reinterpret_cast<uv_handle_t*>(&uv),
             [](uv_handle_t* handle) { delete static_cast<Handle*>(handle->data); });
  }

  Uv uv{};
  LocalTransport* owner;  ///< Null: closing.
  std::shared_ptr<Ending> ending;
};

buoyant::Result<std::unique_ptr<LocalTransport>> LocalTransport::open(
    uv_loop_t& loop, LocalTransportOptions options) {
  if (const auto handler = std::signal(SIGPIPE, SIG_IGN); handler != SIG_DFL) {
    std::signal(SIGPIPE, handler);
  }
  std::unique_ptr<LocalTransport> transport(new LocalTransport(loop, std::move(options)));
  ::unlink(transport->path().c_str());
  int status = uv_pipe_bind(&transport->listener_->uv, transport->path().c_str());
  if (status == 0) {
    // Peers may connect from here on; they are accepted after start.
    status = uv_listen(reinterpret_cast<uv_stream_t*>(&transport->listener_->uv), 64,
                       [](uv_stream_t* stream, int) {
                         auto* listener = static_cast<Handle<uv_pipe_t>*>(stream->data);
                         if (listener->owner != nullptr) {
                           listener->owner->on_connection();
                         }
                       });
  }
  if (status != 0) {
    return fail(buoyant::Errc::kTransportFailed, "local transport: listen", status);
  }
  return transport;
}

LocalTransport::LocalTransport(uv_loop_t& loop, LocalTransportOptions options)
    : loop_(loop),
      options_(std::move(options)),
      listener_(new Handle<uv_pipe_t>(*this)),
      timer_(new Handle<uv_timer_t>(*this)) {
  uv_pipe_init(&loop_, &listener_->uv, 0);
  uv_timer_init(&loop_, &timer_->uv);
}

LocalTransport::~LocalTransport() {
  end_everything(nullptr);
}

void LocalTransport::close(std::function<void()> done) noexcept {
  BUOYANT_ASSERT(listener_ != nullptr);
  end_everything(std::make_shared<Ending>(std::move(done)));
}

void LocalTransport::end_everything(std::shared_ptr<Ending> ending) {
  events_ = nullptr;
  for (const auto& [id, peer] : peers_) {
    if (peer.link != nullptr) {
      peer.link->close(ending);
    }
  }
  for (const auto& [link, guest] : guests_) {
    link->close(ending);
  }
  peers_.clear();
  guests_.clear();
  newest_.clear();
  later_.clear();
  if (listener_ != nullptr) {
    std::exchange(listener_, nullptr)->close(ending);
    std::exchange(timer_, nullptr)->close(std::move(ending));
  }
}

void LocalTransport::start(buoyant::port::TransportEvents& events) noexcept {
  BUOYANT_ASSERT(events_ == nullptr);
  events_ = &events;
  // Whoever came before: libuv tells only of the first of them.
  later_.emplace_back([this] { on_connection(); });
  wake_in(std::chrono::milliseconds(0));
}

void LocalTransport::wake_in(std::chrono::milliseconds delay) {
  const auto timeout = static_cast<std::uint64_t>(delay.count());
  auto* timer = &timer_->uv;
  if (uv_is_active(reinterpret_cast<uv_handle_t*>(timer)) != 0 &&
      uv_timer_get_due_in(timer) <= timeout) {
    return;
  }
  uv_timer_start(
      timer,
      [](uv_timer_t* handle) {
        if (auto* owner = static_cast<Handle<uv_timer_t>*>(handle->data)->owner) {
          owner->on_tick();
        }
      },
      timeout, 0);
}

void LocalTransport::on_tick() {
  // What is done here may close or destroy the transport, and with it what is left to do.
  const Handle<uv_timer_t>* timer = timer_;
  std::vector<std::function<void()>> tasks = std::exchange(later_, {});
  for (const auto& task : tasks) {
    task();
    if (timer->owner == nullptr) {
      return;
    }
  }
  for (auto& [id, peer] : peers_) {
    if (peer.link == nullptr) {
      peer.link = new Link(loop_, *this);
      peer.trouble = "connecting";
      peer.link->dial(peer.path);
    }
  }
}

void LocalTransport::set_peers(std::vector<buoyant::port::PeerAddress> peers) noexcept {
  BUOYANT_ASSERT(events_ != nullptr);
  for (auto at = peers_.begin(); at != peers_.end();) {
    const ServerId id = at->first;
    if (std::any_of(peers.begin(), peers.end(), [&](const auto& peer) { return peer.id == id; })) {
      ++at;
      continue;
    }
    if (at->second.link != nullptr) {
      at->second.link->close(nullptr);
    }
    if (at->second.is_up) {
      later_.emplace_back([this, id] { events_->on_disconnected(id); });
    }
    at = peers_.erase(at);
  }
  for (buoyant::port::PeerAddress& peer : peers) {
    peers_[peer.id].path = std::move(peer.address);
  }
  wake_in(std::chrono::milliseconds(0));
}

void LocalTransport::link_snapshots(ServerId, bool) noexcept {}

void LocalTransport::on_connection() {
  // Before start they wait in the listener.
  while (events_ != nullptr) {
    auto* link = new Link(loop_, *this);
    if (link->accept(listener_->uv) != 0) {
      link->close(nullptr);
      return;
    }
    guests_[link].id = std::exchange(next_id_, next_id_.next());
    link->start_reading();
  }
}

void LocalTransport::on_open(Link& link) {
  const auto peer = peer_of(link);
  peer->second.trouble = "handshake";
  buoyant::Hello hello = events_->make_hello(peer->first);
  hello.expected = peer->first;
  link.queue(options_.codec->encode_hello(hello));
  link.flush();
  link.start_reading();
}

void LocalTransport::on_frame(Link& link, buoyant::ReceivedFrame frame) {
  if (const auto peer = peer_of(link); peer != peers_.end()) {
    if (!peer->second.is_up) {
      on_hello_reply(link, frame);
      return;
    }
    const ServerId id = peer->first;
    // The event may have closed the link; then there is nobody to give up.
    if (!events_->on_frame(id, Channel::kReply, std::move(frame)) &&
        link_of(id, Channel::kRequest) == &link) {
      give_up(id, "unacceptable frame", false);
    }
    return;
  }
  Guest& guest = guests_.at(&link);
  if (!guest.is_admitted) {
    on_hello(link, guest, frame);
    return;
  }
  if (!events_->on_frame(guest.hello.identity.server, Channel::kRequest, std::move(frame)) &&
      guests_.contains(&link)) {
    on_end(link, "unacceptable frame", false);
  }
}

void LocalTransport::on_end(Link& link, const char* why, bool is_garbage) {
  if (const auto peer = peer_of(link); peer != peers_.end()) {
    give_up(peer->first, why, is_garbage);
    return;
  }
  const ServerId server = guests_.at(&link).hello.identity.server;
  if (const auto newest = newest_.find(server);
      newest != newest_.end() && newest->second == &link) {
    newest_.erase(newest);
  }
  guests_.erase(&link);
  link.close(nullptr);
  if (is_garbage) {
    report(server, why);
  }
}

/// From the loop: ends the link that we dialled, and dials again later.
void LocalTransport::give_up(ServerId id, const char* why, bool is_trouble) {
  Peer& peer = peers_.at(id);
  std::exchange(peer.link, nullptr)->close(nullptr);
  peer.trouble = why;
  peer.was_full = false;
  wake_in(options_.redial_delay);
  if (std::exchange(peer.is_up, false)) {
    events_->on_disconnected(id);
  }
  if (events_ != nullptr && is_trouble) {
    report(id, why);
  }
}

/// Once for each peer and reason.
void LocalTransport::report(ServerId id, const char* what) {
  const auto peer = peers_.find(id);
  if (peer == peers_.end() || std::strcmp(std::exchange(peer->second.reported, what), what) != 0) {
    events_->on_trouble(id, what, peer == peers_.end() ? "" : peer->second.path);
  }
}

SendResult LocalTransport::send(ServerId id, Channel channel,
                                const buoyant::Frame& frame) noexcept {
  Link* link = link_of(id, channel);
  if (link == nullptr || buoyant::port::purpose_of(channel) == buoyant::LinkPurpose::kSnapshots) {
    return SendResult::kNotConnected;
  }
  const auto peer = peers_.find(id);
  const std::size_t queued = link->queued_bytes();
  // An empty queue takes any frame, or a large one would never leave.
  if (queued > 0 && queued + frame.bytes() > options_.queue_bytes_max) {
    if (channel == Channel::kRequest) {
      peer->second.was_full = true;
    }
    return SendResult::kQueueFull;
  }
  link->queue(frame);
  if (peer != peers_.end()) {
    peer->second.frames_sent += 1;
    peer->second.bytes_sent += frame.bytes();
  }
  return SendResult::kQueued;
}

void LocalTransport::flush() noexcept {
  for (const auto& [id, peer] : peers_) {
    if (peer.is_up) {
      peer.link->flush();
    }
  }
  for (const auto& [link, guest] : guests_) {
    link->flush();
  }
}

void LocalTransport::on_written(Link& link) {
  const auto peer = peer_of(link);
  if (peer != peers_.end() && peer->second.was_full &&
      link.queued_bytes() <= options_.queue_bytes_max / 2) {
    peer->second.was_full = false;
    events_->on_writable(peer->first);
  }
}

std::size_t LocalTransport::queued_bytes(ServerId id) const noexcept {
  const Link* link = link_of(id, Channel::kRequest);
  return link != nullptr ? link->queued_bytes() : 0;
}

std::vector<buoyant::port::PeerLinkStatus> LocalTransport::status() const {
  std::vector<buoyant::port::PeerLinkStatus> all;
  for (const auto& [id, peer] : peers_) {
    all.push_back({.id = id,
                   .connected = peer.is_up,
                   .accepted = newest_.contains(id),
                   .queued_bytes = queued_bytes(id),
                   .frames_sent = peer.frames_sent,
                   .bytes_sent = peer.bytes_sent,
                   .reconnects = peer.times_up > 0 ? peer.times_up - 1 : 0,
                   .trouble = peer.is_up ? "" : peer.trouble});
  }
  return all;
}

std::map<ServerId, LocalTransport::Peer>::iterator LocalTransport::peer_of(const Link& link) {
  return std::find_if(peers_.begin(), peers_.end(),
                      [&](const auto& peer) { return peer.second.link == &link; });
}

std::map<Link*, LocalTransport::Guest>::iterator LocalTransport::guest_of(
    buoyant::port::ConnectionId id) {
  return std::find_if(guests_.begin(), guests_.end(),
                      [&](const auto& guest) { return guest.second.id == id; });
}

Link* LocalTransport::link_of(ServerId id, Channel channel) const {
  if (channel == Channel::kReply) {
    const auto guest = newest_.find(id);
    return guest != newest_.end() ? guest->second : nullptr;
  }
  const auto peer = peers_.find(id);
  return peer != peers_.end() && peer->second.is_up ? peer->second.link : nullptr;
}

}  // namespace local_transport
