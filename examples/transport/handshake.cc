// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/transport/local_transport.h"

#include <algorithm>
#include <utility>

/// The handshake: who dialled says hello, who was dialled admits or refuses.
namespace local_transport {

using buoyant::Refusal;
using buoyant::ServerId;

void LocalTransport::on_hello(Link& link, Guest& guest, const buoyant::ReceivedFrame& frame) {
  const buoyant::Result<buoyant::Hello> hello = options_.codec->decode_hello(frame);
  if (!hello) {
    on_end(link, "no hello", true);
    return;
  }
  guest.hello = *hello;
  // Nothing else is read until it is admitted.
  link.stop_reading();
  events_->on_hello(guest.id, *hello);
}

void LocalTransport::admit(buoyant::port::ConnectionId id, Refusal refusal) noexcept {
  const auto found = guest_of(id);
  if (found == guests_.end() || found->second.is_admitted) {
    return;
  }
  auto& [link, guest] = *found;
  const ServerId server = guest.hello.identity.server;
  const buoyant::Hello mine = events_->make_hello(server);
  const buoyant::Frame reply = options_.codec->encode_hello_reply(
      {.refusal = refusal,
       .version = std::min(mine.version_max, guest.hello.version_max),
       .identity = mine.identity,
       .configuration_index = mine.configuration_index,
       .bootstrap = mine.bootstrap});
  if (refusal != Refusal::kNone) {
    link->send_last(reply);
    return;
  }
  guest.is_admitted = true;
  link->set_body_bytes_max(options_.frame_bytes_max);
  link->queue(reply);
  link->flush();
  if (Link* older = std::exchange(newest_[guest.key()], link)) {
    guests_.erase(older);
    older->close(nullptr);
  }
  later_.emplace_back([this, id] {
    if (const auto admitted = guest_of(id); admitted != guests_.end()) {
      admitted->first->start_reading();
    }
  });
  wake_in(std::chrono::milliseconds(0));
}

void LocalTransport::on_hello_reply(Link& link, const buoyant::ReceivedFrame& frame) {
  const LinkKey key = dialled_of(link)->first;
  const buoyant::Result<buoyant::HelloReply> reply = options_.codec->decode_hello_reply(frame);
  if (!reply || reply->refusal != Refusal::kNone) {
    give_up(key, reply ? refused_message(reply->refusal) : "no hello", true);
    if (reply && events_ != nullptr) {
      events_->on_refused(key.peer, *reply);
    }
    return;
  }
  const Refusal refusal = events_->on_hello_reply(key.peer, *reply);
  // The event may have taken the peer away.
  if (events_ == nullptr || dialled_of(link) == dialled_.end()) {
    return;
  }
  if (refusal != Refusal::kNone) {
    give_up(key, refusal_message(refusal), true);
    return;
  }
  Dialled& dialled = dialled_.at(key);
  dialled.is_up = true;
  dialled.times_up += 1;
  dialled_.at({key.peer, buoyant::LinkPurpose::kRequests}).reported = "";
  link.set_body_bytes_max(options_.frame_bytes_max);
  tell_connected(*events_, key);
}

}  // namespace local_transport
