// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/transport.h"

#include "buoyant/base/assert.h"
#include "simulation/frames.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace buoyant::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kHandshakeTimeout = seconds(3);

}  // namespace

SimulatedTransport::SimulatedTransport(ProcessPointer process, Network& network,
                                       MessageWatcher& watcher, port::Codec& codec,
                                       TransportSettings settings, Random random)
    : process_(std::move(process)),
      network_(network),
      watcher_(watcher),
      codec_(codec),
      settings_(std::move(settings)),
      random_(random),
      self_(std::make_shared<SimulatedTransport*>(this)) {}

SimulatedTransport::~SimulatedTransport() {
  end_everything();
  *self_ = nullptr;
}

void SimulatedTransport::post(Duration delay, std::function<void(SimulatedTransport&)> step) {
  process_->post(delay, Input::kSocket, [self = self_, step = std::move(step)] {
    if (*self != nullptr && (*self)->events_ != nullptr) {
      step(**self);
    }
  });
}

void SimulatedTransport::start(port::TransportEvents& events) noexcept {
  BUOYANT_ASSERT(events_ == nullptr);
  events_ = &events;
  network_.listen(settings_.address, process_, *this);
}

void SimulatedTransport::set_peers(std::vector<port::PeerAddress> peers) noexcept {
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

void SimulatedTransport::link_snapshots(ServerId peer, bool wanted) noexcept {
  const auto requests = dialled_.find({peer, LinkPurpose::kRequests});
  if (requests == dialled_.end()) {
    return;
  }
  const port::LinkKey key{peer, LinkPurpose::kSnapshots};
  if (wanted) {
    keep_up(key, requests->second.address);
  } else if (const auto known = dialled_.find(key); known != dialled_.end()) {
    forget(known, "not wanted");
  }
}

void SimulatedTransport::keep_up(port::LinkKey key, std::string address) {
  const auto [at, added] = dialled_.try_emplace(key);
  at->second.address = std::move(address);
  if (added) {
    schedule_dial(key, Duration(0));
  }
}

SimulatedTransport::Diallings::iterator SimulatedTransport::forget(Diallings::iterator at,
                                                                   const char* why) {
  const LinkPointer link = at->second.link;
  at = dialled_.erase(at);
  if (link) {
    end(link, why, true);
  }
  return at;
}

void SimulatedTransport::schedule_dial(port::LinkKey key, Duration delay) {
  post(delay, [key](SimulatedTransport& self) { self.dial(key); });
}

void SimulatedTransport::dial(port::LinkKey key) {
  const auto found = dialled_.find(key);
  if (found == dialled_.end() || found->second.link) {
    return;
  }
  Dialled& dialled = found->second;
  ++dialled.dials;
  dialled.trouble = "handshake";
  auto link = std::make_shared<Link>();
  link->connection = network_.dial(process_, *this, dialled.address);
  link->key = key;
  links_[{link->connection->id(), Side::kDialler}] = link;
  dialled.link = link;
}

void SimulatedTransport::await_handshake(const LinkPointer& link) {
  post(kHandshakeTimeout, [link](SimulatedTransport& self) {
    if (self.is_live(link) && link->state != State::kUp) {
      self.end(link, "no handshake in time", false);
    }
  });
}

void SimulatedTransport::on_open(const ConnectionPointer& connection) {
  const auto found = links_.find({connection->id(), Side::kDialler});
  if (found == links_.end()) {
    return;
  }
  const LinkPointer link = found->second;
  link->state = State::kAsking;
  Hello hello = events_->make_hello(link->key.peer);
  hello.expected = link->key.peer;
  hello.purpose = link->key.purpose;
  hello.version_min = settings_.version_min;
  hello.version_max = settings_.version_max;
  put(*link, codec_.encode_hello(hello));
  flush_link(*link);
  await_handshake(link);
}

void SimulatedTransport::on_accepted(const ConnectionPointer& connection) {
  if (events_ == nullptr) {
    return;
  }
  auto link = std::make_shared<Link>();
  link->connection = connection;
  link->side = Side::kAcceptor;
  link->state = State::kGreeting;
  links_[{connection->id(), Side::kAcceptor}] = link;
  await_handshake(link);
}

void SimulatedTransport::on_bytes(const ConnectionPointer& connection, Side side, ByteView bytes) {
  const auto found = links_.find({connection->id(), side});
  if (found == links_.end()) {
    return;
  }
  const LinkPointer link = found->second;
  while (!bytes.empty()) {
    const auto target = link->reader.writable();
    const std::size_t count = std::min(target.size(), bytes.size());
    std::memcpy(target.data(), bytes.data(), count);
    link->reader.commit(count);
    bytes = bytes.subspan(count);
    for (;;) {
      auto frame = link->reader.next();
      if (!frame) {
        events_->on_trouble(link->key.peer, frame.error().context(), "");
        end(link, frame.error().context(), false);
        return;
      }
      if (!*frame) {
        break;
      }
      on_frame(link, std::move(**frame));
      if (!process_->is_alive() || !is_live(link)) {
        return;
      }
    }
  }
  report_room(link);
}

void SimulatedTransport::on_frame(const LinkPointer& link, ReceivedFrame frame) {
  if (link->state == State::kGreeting) {
    on_hello(link, frame);
  } else if (link->state == State::kAsking && link->side == Side::kDialler) {
    on_hello_reply(link, frame);
  } else if (link->state != State::kUp) {
    end(link, "a frame before the handshake", false);
  } else {
    const port::Channel channel = link->side == Side::kDialler
                                      ? port::reply_channel(link->key.purpose)
                                      : port::request_channel(link->key.purpose);
    Context& context = process_->context();
    context.record(process_->server(), "receive",
                   {link->key.peer.value(), frame.header.body_checksum},
                   [&] {
                     return "from " + std::to_string(link->key.peer.value()) + ": " +
                            describe_frame(codec_, frame);
                   },
                   {static_cast<std::uint64_t>(frame.header.type)});
    const bool accepted = events_->on_frame(link->key.peer, channel, std::move(frame));
    if (!accepted && is_live(link)) {
      end(link, "unacceptable frame", false);
    }
  }
}

void SimulatedTransport::on_hello(const LinkPointer& link, const ReceivedFrame& frame) {
  const auto hello = codec_.decode_hello(frame);
  if (!hello) {
    events_->on_trouble({}, "the first frame on a connection is no handshake", "");
    end(link, "no handshake", false);
    return;
  }
  link->key = {.peer = hello->identity.server, .purpose = hello->purpose};
  link->version_max = hello->version_max;
  link->state = State::kAsking;
  if (hello->version_max < settings_.version_min || hello->version_min > settings_.version_max) {
    // The node would say so if its own release's range were that of the transport.
    admit(port::ConnectionId(link->connection->id()), Refusal::kVersion);
    return;
  }
  events_->on_hello(port::ConnectionId(link->connection->id()), *hello);
}

void SimulatedTransport::admit(port::ConnectionId id, Refusal refusal) noexcept {
  const auto found = links_.find({id.value(), Side::kAcceptor});
  if (found == links_.end() || found->second->state != State::kAsking) {
    return;
  }
  const LinkPointer link = found->second;
  const Hello mine = events_->make_hello(link->key.peer);
  HelloReply reply;
  reply.refusal = refusal;
  reply.version = std::min(settings_.version_max, link->version_max);
  reply.identity = mine.identity;
  reply.configuration_index = mine.configuration_index;
  reply.bootstrap = mine.bootstrap;
  put(*link, codec_.encode_hello_reply(reply));
  flush_link(*link);
  if (refusal != Refusal::kNone) {
    end(link, "refused", true);
    return;
  }
  if (const auto older = accepted_.find(link->key); older != accepted_.end()) {
    end(LinkPointer(older->second), "replaced by a newer connection", true);
  }
  link->state = State::kUp;
  link->reader.set_body_bytes_max(settings_.frame_bytes_max);
  accepted_[link->key] = link;
}

void SimulatedTransport::on_hello_reply(const LinkPointer& link, const ReceivedFrame& frame) {
  const auto reply = codec_.decode_hello_reply(frame);
  if (!reply) {
    end(link, "no handshake", false);
    return;
  }
  const Refusal refusal = reply->refusal != Refusal::kNone
                              ? reply->refusal
                              : events_->on_hello_reply(link->key.peer, *reply);
  if (!is_live(link)) {
    return;
  }
  if (reply->refusal != Refusal::kNone) {
    events_->on_refused(link->key.peer, *reply);
    if (!is_live(link)) {
      return;
    }
  }
  if (refusal != Refusal::kNone) {
    const char* const why =
        reply->refusal != Refusal::kNone ? refused_message(refusal) : refusal_message(refusal);
    // An operator is told once, however often it is tried again.
    const Refusal told =
        std::exchange(dialled_.at({link->key.peer, LinkPurpose::kRequests}).told, refusal);
    if (told != refusal) {
      events_->on_trouble(link->key.peer, why, "");
    }
    if (is_live(link)) {
      end(link, why, false);
    }
    return;
  }
  link->state = State::kUp;
  link->reader.set_body_bytes_max(settings_.frame_bytes_max);
  dialled_.at(link->key).trouble = "";
  dialled_.at({link->key.peer, LinkPurpose::kRequests}).told = Refusal::kNone;
  port::tell_connected(*events_, link->key);
}

void SimulatedTransport::on_end(const ConnectionPointer& connection, Side side, const char* why) {
  if (const auto found = links_.find({connection->id(), side}); found != links_.end()) {
    end(LinkPointer(found->second), why, false);
  }
}

void SimulatedTransport::end(const LinkPointer& link, const char* why, bool inside_call) {
  if (!is_live(link)) {
    return;
  }
  links_.erase({link->connection->id(), link->side});
  network_.leave(link->connection, link->side);
  const bool was_up = std::exchange(link->state, State::kDialling) == State::kUp;
  const port::LinkKey key = link->key;
  if (link->side == Side::kAcceptor) {
    const auto newest = accepted_.find(key);
    if (newest != accepted_.end() && newest->second == link) {
      accepted_.erase(newest);
    }
    return;
  }
  if (const auto known = dialled_.find(key); known != dialled_.end()) {
    known->second.link.reset();
    known->second.was_full = false;
    known->second.trouble = why;
    schedule_dial(key, random_.between(milliseconds(20), milliseconds(500)));
  }
  if (!was_up) {
    return;
  }
  if (inside_call) {
    post(Duration(0),
         [key](SimulatedTransport& self) { port::tell_disconnected(*self.events_, key); });
  } else {
    port::tell_disconnected(*events_, key);
  }
}

void SimulatedTransport::report_room(const LinkPointer& link) {
  // What arrived here left the queue of the other side.
  const Side theirs = other(link->side);
  const Connection::End& end = link->connection->end(theirs);
  if (end.owner == nullptr || theirs != Side::kDialler) {
    return;
  }
  auto* sender = static_cast<SimulatedTransport*>(end.owner);
  const auto found = sender->links_.find({link->connection->id(), theirs});
  if (found == sender->links_.end()) {
    return;
  }
  const port::LinkKey key = found->second->key;
  const auto known = sender->dialled_.find(key);
  if (known == sender->dialled_.end() || !known->second.was_full ||
      sender->queued_bytes_of(*found->second) > sender->queue_bytes_max(key.purpose) / 2) {
    return;
  }
  known->second.was_full = false;
  sender->post(Duration(0),
               [key](SimulatedTransport& self) { port::tell_writable(*self.events_, key); });
}

}  // namespace buoyant::simulation
