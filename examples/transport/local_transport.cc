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

using buoyant::LinkPurpose;
using buoyant::ServerId;
using buoyant::port::reply_channel;
using buoyant::port::request_channel;

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
  for (const auto& [key, dialled] : dialled_) {
    if (dialled.link != nullptr) {
      dialled.link->close(ending);
    }
  }
  for (const auto& [link, guest] : guests_) {
    link->close(ending);
  }
  dialled_.clear();
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
  for (auto& [key, dialled] : dialled_) {
    if (dialled.link == nullptr) {
      dialled.link = new Link(loop_, *this);
      dialled.trouble = "connecting";
      dialled.link->dial(dialled.path);
    }
  }
}

void LocalTransport::set_peers(std::vector<buoyant::port::PeerAddress> peers) noexcept {
  BUOYANT_ASSERT(events_ != nullptr);
  for (auto at = dialled_.begin(); at != dialled_.end();) {
    const bool stays = std::any_of(peers.begin(), peers.end(),
                                   [&](const auto& peer) { return peer.id == at->first.peer; });
    at = stays ? std::next(at) : forget(at);
  }
  for (buoyant::port::PeerAddress& peer : peers) {
    if (const auto snapshots = dialled_.find({peer.id, LinkPurpose::kSnapshots});
        snapshots != dialled_.end()) {
      snapshots->second.path = peer.address;
    }
    keep_up({peer.id, LinkPurpose::kRequests}, std::move(peer.address));
  }
}

void LocalTransport::link_snapshots(ServerId peer, bool wanted) noexcept {
  const auto requests = dialled_.find({peer, LinkPurpose::kRequests});
  if (requests == dialled_.end()) {
    return;
  }
  const LinkKey key{peer, LinkPurpose::kSnapshots};
  if (wanted) {
    keep_up(key, requests->second.path);
  } else if (const auto known = dialled_.find(key); known != dialled_.end()) {
    forget(known);
  }
}

void LocalTransport::keep_up(LinkKey key, std::string path) {
  dialled_[key].path = std::move(path);
  wake_in(std::chrono::milliseconds(0));
}

std::map<LocalTransport::LinkKey, LocalTransport::Dialled>::iterator LocalTransport::forget(
    std::map<LinkKey, Dialled>::iterator at) {
  if (at->second.link != nullptr) {
    at->second.link->close(nullptr);
  }
  if (at->second.is_up) {
    later_.emplace_back([this, key = at->first] { tell_disconnected(*events_, key); });
    wake_in(std::chrono::milliseconds(0));
  }
  return dialled_.erase(at);
}

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
  const auto dialled = dialled_of(link);
  const LinkKey key = dialled->first;
  dialled->second.trouble = "handshake";
  buoyant::Hello hello = events_->make_hello(key.peer);
  hello.expected = key.peer;
  hello.purpose = key.purpose;
  link.queue(options_.codec->encode_hello(hello));
  link.flush();
  link.start_reading();
}

void LocalTransport::on_frame(Link& link, buoyant::ReceivedFrame frame) {
  if (const auto dialled = dialled_of(link); dialled != dialled_.end()) {
    if (!dialled->second.is_up) {
      on_hello_reply(link, frame);
      return;
    }
    const LinkKey key = dialled->first;
    // The event may have closed the link; then there is nobody to give up.
    if (!events_->on_frame(key.peer, reply_channel(key.purpose), std::move(frame)) &&
        link_of(key.peer, request_channel(key.purpose)) == &link) {
      give_up(key, "unacceptable frame", false);
    }
    return;
  }
  Guest& guest = guests_.at(&link);
  if (!guest.is_admitted) {
    on_hello(link, guest, frame);
    return;
  }
  const LinkKey key = guest.key();
  if (!events_->on_frame(key.peer, request_channel(key.purpose), std::move(frame)) &&
      guests_.contains(&link)) {
    on_end(link, "unacceptable frame", false);
  }
}

void LocalTransport::on_end(Link& link, const char* why, bool is_garbage) {
  if (const auto dialled = dialled_of(link); dialled != dialled_.end()) {
    give_up(dialled->first, why, is_garbage);
    return;
  }
  const LinkKey key = guests_.at(&link).key();
  if (const auto newest = newest_.find(key); newest != newest_.end() && newest->second == &link) {
    newest_.erase(newest);
  }
  guests_.erase(&link);
  link.close(nullptr);
  if (is_garbage) {
    report(key.peer, why);
  }
}

/// From the loop: ends the link that we dialled, and dials again later.
void LocalTransport::give_up(LinkKey key, const char* why, bool is_trouble) {
  Dialled& dialled = dialled_.at(key);
  std::exchange(dialled.link, nullptr)->close(nullptr);
  dialled.trouble = why;
  dialled.was_full = false;
  wake_in(options_.redial_delay);
  if (std::exchange(dialled.is_up, false)) {
    tell_disconnected(*events_, key);
  }
  if (events_ != nullptr && is_trouble) {
    report(key.peer, why);
  }
}

/// Once for each peer and reason.
void LocalTransport::report(ServerId id, const char* what) {
  const auto peer = dialled_.find({id, LinkPurpose::kRequests});
  const bool known = peer != dialled_.end();
  if (!known || std::strcmp(std::exchange(peer->second.reported, what), what) != 0) {
    events_->on_trouble(id, what, known ? peer->second.path : "");
  }
}

std::map<LocalTransport::LinkKey, LocalTransport::Dialled>::iterator LocalTransport::dialled_of(
    const Link& link) {
  return std::find_if(dialled_.begin(), dialled_.end(),
                      [&](const auto& dialled) { return dialled.second.link == &link; });
}

std::map<Link*, LocalTransport::Guest>::iterator LocalTransport::guest_of(
    buoyant::port::ConnectionId id) {
  return std::find_if(guests_.begin(), guests_.end(),
                      [&](const auto& guest) { return guest.second.id == id; });
}

}  // namespace local_transport
