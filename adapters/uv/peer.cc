// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/peer.h"

#include "adapters/uv/address.h"
#include "adapters/uv/context.h"

#include <utility>

namespace buoyant::uv {

namespace {

/// Some three seconds with the default delays.
constexpr std::uint64_t kAttemptsUntilTold = 7;

}  // namespace

Peer::Peer(Context& context, port::LinkKey link, std::string address)
    : context_(context),
      link_(link),
      address_(std::move(address)),
      backoff_(context.options.redial_delay_min, context.options.redial_delay_max),
      timer_(context.deadlines) {
  timer_.post([this] { dial(); });
}

void Peer::retire() {
  state_ = State::kRetired;
  timer_.cancel();
  connection_.reset();
  if (lookup_ != 0) {
    context_.resolver.cancel(std::exchange(lookup_, 0));
  }
}

void Peer::dial() {
  ++attempts_;
  const auto address = parse_address(address_);
  if (!address) {
    context_.report(link_.peer, address.error().context(), address_);
    give_up(address.error().context());
    return;
  }
  timer_.start(context_.options.hello_timeout, [this] {
    if (state_ == State::kResolving && connect_to_last_good()) {
      return;
    }
    give_up_unanswered(state_ == State::kResolving ? "no answer from the name server"
                                                   : what_is_missing());
  });
  if (const auto numeric = numeric_address(*address)) {
    connect(*numeric);
    return;
  }
  state_ = State::kResolving;
  trouble_ = "resolving its name";
  lookup_ = context_.resolver.resolve(
      address->host, [this, port = address->port](const auto& found) { on_resolved(port, found); });
}

const char* Peer::what_is_missing() const {
  if (state_ == State::kGreeting) {
    return "no answer to the handshake";
  }
  const bool is_connected = connection_->remote().ss_family != AF_UNSPEC;
  return is_connected ? "no answer to the TLS handshake" : "no answer to the connection attempt";
}

/// The name server does not answer, but it did once.
bool Peer::connect_to_last_good() {
  const auto address = parse_address(address_);
  const auto known = address ? context_.resolver.last_good(address->host) : std::nullopt;
  if (!known) {
    return false;
  }
  context_.resolver.cancel(std::exchange(lookup_, 0));
  timer_.start(context_.options.hello_timeout, [this] { give_up_unanswered(what_is_missing()); });
  on_resolved(address->port, *known);
  return true;
}

void Peer::on_resolved(std::uint16_t port, const Result<HostAddresses>& addresses) {
  lookup_ = 0;
  if (!addresses) {
    context_.report(link_.peer, "its name does not resolve", address_);
    give_up("its name does not resolve");
    return;
  }
  sockaddr_storage address = (*addresses)[attempts_ % addresses->size()];
  set_port(address, port);
  connect(address);
}

void Peer::connect(const sockaddr_storage& address) {
  state_ = State::kConnecting;
  trouble_ = "connecting";
  connection_ = Connection::create(context_);
  connection_->set_purpose(link_.purpose);
  connection_->set_events(*this);
  connection_->dial(address, link_.peer);
}

void Peer::on_open() {
  state_ = State::kGreeting;
  trouble_ = "in the handshake";
  Hello hello = context_.events->make_hello(link_.peer);
  if (state_ == State::kRetired) {
    return;
  }
  hello.expected = link_.peer;
  hello.purpose = link_.purpose;
  connection_->send_now(context_.options.codec->encode_hello(hello));
  connection_->start_reading();
}

void Peer::on_frame(ReceivedFrame frame) {
  if (state_ == State::kGreeting) {
    on_reply(frame);
    return;
  }
  const bool accepted =
      context_.events->on_frame(link_.peer, port::reply_channel(link_.purpose), std::move(frame));
  if (!accepted && is_up()) {
    give_up("it sent an unacceptable frame");
    port::tell_disconnected(*context_.events, link_);
  }
}

void Peer::on_reply(const ReceivedFrame& frame) {
  const auto reply = context_.options.codec->decode_hello_reply(frame);
  if (!reply) {
    context_.report(link_.peer, "its answer is no handshake", address_);
    give_up("its answer is no handshake");
    return;
  }
  if (reply->refusal != Refusal::kNone) {
    context_.report(link_.peer, refused_message(reply->refusal), address_);
    give_up(refused_message(reply->refusal));
    context_.events->on_refused(link_.peer, *reply);
    return;
  }
  const Refusal refusal = context_.events->on_hello_reply(link_.peer, *reply);
  if (state_ == State::kRetired) {
    return;
  }
  if (refusal != Refusal::kNone) {
    context_.count(refusal_message(refusal));
    give_up(refusal_message(refusal));
    return;
  }
  timer_.cancel();
  state_ = State::kUp;
  trouble_ = "";
  up_since_ = context_.deadlines.now();
  ++times_up_;
  connection_->set_body_bytes_max(context_.options.frame_bytes_max);
  port::tell_connected(*context_.events, link_);
}

void Peer::on_room() {
  port::tell_writable(*context_.events, link_);
}

void Peer::on_end(Error error) {
  const bool was_up = is_up();
  if (was_up && context_.deadlines.now() - up_since_ >= context_.options.redial_delay_max) {
    // It worked; a connection that ends as soon as it is admitted did not, and would be dialled
    // and reported without end.
    backoff_.reset();
    context_.trouble.forget(link_.peer);
  }
  if (error.code() == Errc::kTransportFailed) {
    give_up_unanswered(error.context());
  } else {
    context_.report(link_.peer, error.context(), address_);
    give_up(error.context());
  }
  if (was_up && state_ != State::kRetired) {
    port::tell_disconnected(*context_.events, link_);
  }
}

/// A peer that was there is only away; where none ever was, the address may be wrong.
void Peer::give_up_unanswered(const char* trouble) {
  if (attempts_ == kAttemptsUntilTold && times_up_ == 0) {
    context_.report(link_.peer, trouble, address_);
  }
  give_up(trouble);
}

void Peer::give_up(const char* trouble) {
  if (state_ == State::kRetired) {
    return;
  }
  trouble_ = trouble;
  state_ = State::kWaiting;
  connection_.reset();
  if (lookup_ != 0) {
    context_.resolver.cancel(std::exchange(lookup_, 0));
  }
  timer_.start(backoff_.next(context_.draw()), [this] { dial(); });
}

port::SendResult Peer::send(const Frame& frame) {
  if (!is_up()) {
    return port::SendResult::kNotConnected;
  }
  const port::SendResult result = connection_->send(frame);
  if (result == port::SendResult::kQueued) {
    ++frames_sent_;
    bytes_sent_ += frame.bytes();
  }
  return result;
}

std::size_t Peer::queued_bytes() const noexcept {
  return is_up() ? connection_->queued_bytes() : 0;
}

port::PeerLinkStatus Peer::status() const {
  port::PeerLinkStatus status;
  status.id = link_.peer;
  status.connected = is_up();
  status.queued_bytes = queued_bytes();
  status.frames_sent = frames_sent_;
  status.bytes_sent = bytes_sent_;
  status.reconnects = times_up_ > 0 ? times_up_ - 1 : 0;
  status.trouble = trouble_;
  return status;
}

}  // namespace buoyant::uv
