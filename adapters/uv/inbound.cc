// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/inbound.h"

#include "adapters/uv/address.h"
#include "adapters/uv/context.h"

#include <algorithm>
#include <utility>

namespace buoyant::uv {

namespace {

/// No server of ours sends such a thing: not one whose certificate has expired, not one of another
/// version.
bool is_offence(Errc code) noexcept {
  return code == Errc::kMalformed || code == Errc::kTooLarge;
}

}  // namespace

/// One accepted connection.
class Inbound::Session final : private ConnectionEvents {
 public:
  enum class State : std::uint8_t { kGreeting, kAsking, kUp, kRetired };

  Session(Inbound& inbound, port::ConnectionId id, Connection::Pointer connection)
      : inbound_(inbound),
        id_(id),
        connection_(std::move(connection)),
        remote_(connection_->remote()),
        host_(host_text(remote_)),
        timer_(inbound.context_.deadlines) {
    connection_->set_events(*this);
    connection_->start_reading();
    timer_.start(inbound_.context_.options.hello_timeout, [this] { on_timeout(); });
  }

  [[nodiscard]] port::ConnectionId id() const noexcept { return id_; }

  [[nodiscard]] port::LinkKey link() const noexcept { return link_; }

  [[nodiscard]] const std::string& host() const noexcept { return host_; }

  [[nodiscard]] State state() const noexcept { return state_; }

  Connection& connection() noexcept { return *connection_; }

  /// What we answer to its hello.
  [[nodiscard]] HelloReply make_reply(Refusal refusal) const {
    const Hello mine = inbound_.context_.events->make_hello(link_.peer);
    HelloReply reply;
    reply.refusal = refusal;
    reply.version = std::min(mine.version_max, version_max_);
    reply.identity = mine.identity;
    reply.configuration_index = mine.configuration_index;
    reply.bootstrap = mine.bootstrap;
    return reply;
  }

  /// Frames follow from now on.
  void open() {
    state_ = State::kUp;
    timer_.cancel();
    connection_->set_body_bytes_max(inbound_.context_.options.frame_bytes_max);
    connection_->start_reading();
  }

  void retire() {
    state_ = State::kRetired;
    timer_.cancel();
    connection_.reset();
  }

 private:
  void on_open() override {}

  void on_frame(ReceivedFrame frame) override {
    if (state_ == State::kGreeting) {
      on_hello(frame);
      return;
    }
    const bool accepted = inbound_.context_.events->on_frame(
        link_.peer, port::request_channel(link_.purpose), std::move(frame));
    if (!accepted && state_ != State::kRetired) {
      inbound_.end(*this);
    }
  }

  void on_hello(const ReceivedFrame& frame) {
    Context& context = inbound_.context_;
    const auto hello = context.options.codec->decode_hello(frame);
    if (!hello) {
      context.penalties.note_offence(host_, context.deadlines.now());
      end_with_trouble("the first frame on a connection is no handshake");
      return;
    }
    const ServerId proven = connection_->proven_peer();
    if (proven.is_set() && proven != hello->identity.server) {
      end_with_trouble("its hello names another server than its certificate");
      return;
    }
    state_ = State::kAsking;
    link_ = {.peer = hello->identity.server, .purpose = hello->purpose};
    connection_->set_purpose(link_.purpose);
    version_max_ = hello->version_max;
    connection_->stop_reading();
    context.events->on_hello(id_, *hello);
  }

  void on_timeout() {
    if (state_ == State::kGreeting) {
      end_with_trouble(connection_->is_securing() ? "a connection came without a TLS handshake"
                                                  : "a connection came without a handshake");
    } else {
      inbound_.end(*this);
    }
  }

  void on_room() override {}

  void on_end(Error error) override {
    if (error.code() == Errc::kTransportFailed) {
      inbound_.end(*this);
      return;
    }
    if (state_ != State::kUp && is_offence(error.code())) {
      inbound_.context_.penalties.note_offence(host_, inbound_.context_.deadlines.now());
    }
    end_with_trouble(error.context());
  }

  void end_with_trouble(const char* what) {
    inbound_.context_.report(link_.peer, what, to_text(remote_));
    if (state_ != State::kRetired) {
      inbound_.end(*this);
    }
  }

  Inbound& inbound_;
  const port::ConnectionId id_;
  Connection::Pointer connection_;
  const sockaddr_storage remote_;
  const std::string host_;
  State state_ = State::kGreeting;
  port::LinkKey link_;  ///< Of server zero before its hello.
  std::uint16_t version_max_ = 0;
  Deadlines::Timer timer_;
};

void Inbound::add(Connection::Pointer connection) {
  const sockaddr_storage remote = connection->remote();
  const std::string host = host_text(remote);
  const bool is_penalized = context_.penalties.is_penalized(host, context_.deadlines.now());
  const std::size_t from_host_max =
      is_penalized ? std::size_t{1} : context_.options.unauthenticated_per_host_max;
  const auto from_host = strangers_.find(host);
  if (strangers_count_ >= context_.options.unauthenticated_max ||
      (from_host != strangers_.end() && from_host->second >= from_host_max)) {
    connection.reset();
    context_.report(ServerId(), "too many connections without a handshake", to_text(remote));
    return;
  }
  ++strangers_count_;
  ++strangers_[host];
  const port::ConnectionId id = std::exchange(next_id_, next_id_.next());
  sessions_.emplace(id, std::make_shared<Session>(*this, id, std::move(connection)));
}

void Inbound::admit(port::ConnectionId id, Refusal refusal) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end() || found->second->state() != Session::State::kAsking) {
    return;
  }
  const std::shared_ptr<Session> session = found->second;
  const HelloReply reply = session->make_reply(refusal);
  session->connection().send_now(context_.options.codec->encode_hello_reply(reply));
  if (refusal != Refusal::kNone) {
    context_.count(refusal_message(refusal));
    // The reply is in the kernel's hands: it fits the empty send buffer of a new socket.
    end(*session);
    return;
  }
  if (const auto older = newest_.find(session->link()); older != newest_.end()) {
    end(*older->second);
  }
  --strangers_count_;
  if (--strangers_[session->host()] == 0) {
    strangers_.erase(session->host());
  }
  context_.penalties.clear(session->host());
  newest_[session->link()] = session.get();
  session->open();
  context_.trouble.forget(session->link().peer);
}

port::SendResult Inbound::send(port::LinkKey link, const Frame& frame) {
  const auto found = newest_.find(link);
  return found == newest_.end() ? port::SendResult::kNotConnected
                                : found->second->connection().send(frame);
}

void Inbound::end(Session& session) {
  if (session.state() != Session::State::kUp) {
    --strangers_count_;
    if (--strangers_[session.host()] == 0) {
      strangers_.erase(session.host());
    }
  }
  if (const auto newest = newest_.find(session.link());
      newest != newest_.end() && newest->second == &session) {
    newest_.erase(newest);
  }
  session.retire();
  auto node = sessions_.extract(session.id());
  context_.retire(std::move(node.mapped()));
}

void Inbound::retire() {
  for (const auto& [id, session] : sessions_) {
    session->retire();
  }
  newest_.clear();
}

}  // namespace buoyant::uv
