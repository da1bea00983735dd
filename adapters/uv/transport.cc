// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/transport.h"

#include "adapters/uv/connection.h"
#include "adapters/uv/context.h"
#include "adapters/uv/expiry_watch.h"
#include "adapters/uv/inbound.h"
#include "adapters/uv/listener.h"
#include "adapters/uv/peer.h"
#include "buoyant/base/assert.h"

#include <algorithm>
#include <map>
#include <signal.h>
#include <utility>

namespace buoyant::uv {

namespace {

Result<void> check(const TransportOptions& options) {
  const auto invalid = [](const char* what) { return fail(Errc::kInvalidOptions, what); };
  if (options.codec == nullptr) {
    return invalid("transport: codec");
  }
  if (options.poster == nullptr) {
    return invalid("transport: poster");
  }
  if (options.frame_bytes_max < kHelloBytesMax || options.frame_bytes_max > kFrameBytesHardMax) {
    return invalid("transport: frame_bytes_max");
  }
  if (options.queue_bytes_max == 0 || options.snapshot_queue_bytes_max == 0) {
    return invalid("transport: queue_bytes_max");
  }
  if (options.receive_bytes_per_turn == 0 || options.send_bytes_per_turn == 0 ||
      options.snapshot_receive_bytes_per_turn == 0 || options.snapshot_send_bytes_per_turn == 0) {
    return invalid("transport: bytes_per_turn");
  }
  if (options.hello_timeout <= Duration(0) || options.peer_stall <= Duration(0) ||
      options.snapshot_stall <= Duration(0) || options.frame_timeout <= Duration(0)) {
    return invalid("transport: a timeout that is not positive");
  }
  if (options.frame_bytes_per_second_min == 0) {
    return invalid("transport: frame_bytes_per_second_min");
  }
  if (options.redial_delay_min <= Duration(0) ||
      options.redial_delay_max < options.redial_delay_min) {
    return invalid("transport: redial_delay");
  }
  if (options.unauthenticated_max == 0 || options.unauthenticated_per_host_max == 0 ||
      options.accepts_per_turn == 0 || options.secure_handshakes_per_second == 0) {
    return invalid("transport: a limit of zero connections");
  }
  return {};
}

/// A write to a connection that the peer closed must be an error, not the end of the process.
void ignore_sigpipe() {
  struct sigaction present {};

  if (sigaction(SIGPIPE, nullptr, &present) == 0 && (present.sa_flags & SA_SIGINFO) == 0 &&
      present.sa_handler == SIG_DFL) {
    signal(SIGPIPE, SIG_IGN);
  }
}

}  // namespace

struct UvTransport::State {
  using Peers = std::map<port::LinkKey, std::shared_ptr<Peer>>;

  State(uv_loop_t& loop, TransportOptions options)
      : context(loop, std::move(options)), inbound(context) {
    context.handles.add();  // The deadlines.
  }

  /// Ends everything; destroys this and calls `done` when libuv holds nothing any more.
  void close(std::function<void()> done) {
    context.events = nullptr;
    for (const auto& [link, peer] : peers) {
      peer->retire();
    }
    inbound.retire();
    // The parts stay: one of their own calls may be under way.
    if (listener) {
      listener->stop();
    }
    context.handles.when_none([this, done = std::move(done)] {
      const std::function<void()> call_back = done;
      delete this;
      if (call_back) {
        call_back();
      }
    });
    context.deadlines.close([this] { context.handles.release(); });
  }

  void keep_up(port::LinkKey link, std::string address) {
    if (const auto known = peers.find(link); known != peers.end()) {
      known->second->set_address(std::move(address));
    } else {
      peers.emplace(link, std::make_shared<Peer>(context, link, std::move(address)));
    }
  }

  /// Keeps it up no more; the one after it.
  Peers::iterator forget(Peers::iterator at) {
    if (at->second->is_up()) {
      context.deadlines.post(
          [this, link = at->first] { port::tell_disconnected(*context.events, link); });
    }
    at->second->retire();
    context.retire(std::move(at->second));
    return peers.erase(at);
  }

  [[nodiscard]] port::SnapshotLinkStatus snapshot_status(ServerId peer) const {
    const port::LinkKey link{peer, LinkPurpose::kSnapshots};
    port::SnapshotLinkStatus status{.accepted = inbound.has(link)};
    if (const auto known = peers.find(link); known != peers.end()) {
      const port::PeerLinkStatus dialled = known->second->status();
      status.wanted = true;
      status.connected = dialled.connected;
      status.queued_bytes = dialled.queued_bytes;
      status.frames_sent = dialled.frames_sent;
      status.bytes_sent = dialled.bytes_sent;
      status.reconnects = dialled.reconnects;
      status.trouble = dialled.trouble;
    }
    return status;
  }

  Context context;
  ExpiryWatch expiry{context};
  Inbound inbound;
  std::unique_ptr<Listener> listener;
  Peers peers;
};

Result<std::unique_ptr<UvTransport>> UvTransport::open(uv_loop_t& loop, TransportOptions options) {
  if (const auto checked = check(options); !checked) {
    return fail(checked.error());
  }
  if (options.seed == 0) {
    uv_random(nullptr, nullptr, &options.seed, sizeof(options.seed), 0, nullptr);
  }
  ignore_sigpipe();
  auto* state = new State(loop, std::move(options));
  auto listener = Listener::open(state->context);
  if (!listener) {
    state->close(nullptr);
    return fail(listener.error());
  }
  state->listener = std::move(*listener);
  return std::unique_ptr<UvTransport>(new UvTransport(state));
}

UvTransport::~UvTransport() {
  if (state_ != nullptr) {
    state_->close(nullptr);
  }
}

void UvTransport::start(port::TransportEvents& events) noexcept {
  BUOYANT_ASSERT(state_ != nullptr);
  BUOYANT_ASSERT(state_->context.events == nullptr);
  state_->context.events = &events;
  state_->expiry.start();
  state_->listener->start([state = state_](Connection::Pointer connection) {
    state->inbound.add(std::move(connection));
  });
}

void UvTransport::set_peers(std::vector<port::PeerAddress> peers) noexcept {
  BUOYANT_ASSERT(state_ != nullptr);
  BUOYANT_ASSERT(state_->context.events != nullptr);
  for (auto at = state_->peers.begin(); at != state_->peers.end();) {
    const bool stays = std::any_of(peers.begin(), peers.end(),
                                   [&](const auto& peer) { return peer.id == at->first.peer; });
    at = stays ? std::next(at) : state_->forget(at);
  }
  for (port::PeerAddress& peer : peers) {
    const auto snapshots = state_->peers.find({peer.id, LinkPurpose::kSnapshots});
    if (snapshots != state_->peers.end()) {
      snapshots->second->set_address(peer.address);
    }
    state_->keep_up({peer.id, LinkPurpose::kRequests}, std::move(peer.address));
  }
}

void UvTransport::link_snapshots(ServerId peer, bool wanted) noexcept {
  if (state_ == nullptr) {
    return;
  }
  const auto requests = state_->peers.find({peer, LinkPurpose::kRequests});
  if (requests == state_->peers.end()) {
    return;
  }
  const port::LinkKey link{peer, LinkPurpose::kSnapshots};
  if (wanted) {
    state_->keep_up(link, requests->second->address());
  } else if (const auto known = state_->peers.find(link); known != state_->peers.end()) {
    state_->forget(known);
  }
}

void UvTransport::admit(port::ConnectionId connection, Refusal refusal) noexcept {
  if (state_ != nullptr) {
    state_->inbound.admit(connection, refusal);
  }
}

port::SendResult UvTransport::send(ServerId peer, port::Channel channel,
                                   const Frame& frame) noexcept {
  if (state_ == nullptr) {
    return port::SendResult::kNotConnected;
  }
  const port::LinkKey link{peer, port::purpose_of(channel)};
  if (!port::is_dialled(channel)) {
    return state_->inbound.send(link, frame);
  }
  const auto known = state_->peers.find(link);
  return known == state_->peers.end() ? port::SendResult::kNotConnected
                                      : known->second->send(frame);
}

void UvTransport::flush() noexcept {
  if (state_ == nullptr) {
    return;
  }
  for (Connection* connection : std::exchange(state_->context.unflushed, {})) {
    connection->flush();
  }
}

std::size_t UvTransport::queued_bytes(ServerId peer) const noexcept {
  if (state_ == nullptr) {
    return 0;
  }
  const auto known = state_->peers.find({peer, LinkPurpose::kRequests});
  return known == state_->peers.end() ? 0 : known->second->queued_bytes();
}

std::vector<port::PeerLinkStatus> UvTransport::status() const {
  std::vector<port::PeerLinkStatus> all;
  if (state_ != nullptr) {
    for (const auto& [link, peer] : state_->peers) {
      if (link.purpose == LinkPurpose::kRequests) {
        all.push_back(peer->status());
        all.back().accepted = state_->inbound.has(link);
        all.back().snapshots = state_->snapshot_status(link.peer);
      }
    }
  }
  return all;
}

port::TransportStatus UvTransport::totals() const {
  port::TransportStatus status;
  if (state_ != nullptr) {
    const auto& security = state_->context.options.security;
    if (security != nullptr) {
      status.secure_until = security->expires_at();
    }
    status.troubles = state_->context.troubles;
  }
  return status;
}

void UvTransport::close(std::function<void()> done) noexcept {
  BUOYANT_ASSERT(state_ != nullptr);
  std::exchange(state_, nullptr)->close(std::move(done));
}

std::string UvTransport::bound_address() const {
  return state_ == nullptr ? "" : state_->listener->bound_address();
}

}  // namespace buoyant::uv
