// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/server.h"

#include "adapters/uv/address.h"
#include "buoyant/base/assert.h"
#include "examples/common/resolve.h"

#include <algorithm>
#include <sys/resource.h>
#include <utility>

namespace example {

namespace {

constexpr int kBacklog = 128;

Server& server_of(void* data) {
  return *static_cast<Server*>(data);
}

/// Fewer clients than asked for when the process may not open enough files.
ServerLimits within_descriptors(ServerLimits limits) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    const std::size_t kept =
        std::min<rlim_t>(files.rlim_cur, Server::kDescriptorsKept + limits.clients);
    limits.clients =
        std::min(limits.clients,
                 std::max(Server::kClientsMin, kept - std::min(kept, Server::kDescriptorsKept)));
  }
  return limits;
}

}  // namespace

Server::Server(uv_loop_t& loop, Service& service, const ServerLimits& limits)
    : service_(service),
      read_buffer_(std::make_unique<std::array<char, std::size_t{64} << 10U>>()),
      limits_(within_descriptors(limits)) {
  BUOYANT_ASSERT(uv_tcp_init(&loop, &listener_) == 0);
  BUOYANT_ASSERT(uv_prepare_init(&loop, &before_poll_) == 0);
  BUOYANT_ASSERT(uv_timer_init(&loop, &grace_) == 0);
  listener_.data = this;
  before_poll_.data = this;
  grace_.data = this;
}

buoyant::Result<void> Server::listen(const std::string& address) {
  const auto resolved = resolve(*listener_.loop, address);
  if (!resolved) {
    return buoyant::fail(resolved.error());
  }
  const auto on_connection = [](uv_stream_t* stream, int status) {
    server_of(stream->data).on_connection(status);
  };
  int status = uv_tcp_bind(&listener_, reinterpret_cast<const sockaddr*>(&*resolved), 0);
  if (status == 0) {
    status = uv_listen(reinterpret_cast<uv_stream_t*>(&listener_), kBacklog, on_connection);
  }
  if (status != 0) {
    return buoyant::fail(
        status == UV_EADDRINUSE ? buoyant::Errc::kAddressInUse : buoyant::Errc::kTransportFailed,
        "listen", status);
  }
  // Runs after the node's turn and before the loop sleeps; it does not keep the loop alive.
  uv_prepare_start(&before_poll_, [](uv_prepare_t* handle) {
    server_of(handle->data).accept_waiting();
    server_of(handle->data).flush();
  });
  uv_unref(reinterpret_cast<uv_handle_t*>(&before_poll_));
  return {};
}

int Server::port() const {
  sockaddr_storage name{};
  int bytes = sizeof name;
  BUOYANT_ASSERT(uv_tcp_getsockname(&listener_, reinterpret_cast<sockaddr*>(&name), &bytes) == 0);
  return buoyant::uv::port_of(name);
}

void Server::on_connection(int status) {
  if (status != 0) {
    // No file descriptor is left: the connection is dropped.
    reserve_.give_to(*listener_.loop);
    return;
  }
  is_waiting_ = true;
  if (accepted_this_turn_ < kAcceptsPerTurn) {
    accept_next();
  }
}

/// In each iteration, before it polls.
void Server::accept_waiting() {
  accepted_this_turn_ = 0;
  if (is_waiting_ && !has_stopped_) {
    accept_next();
  }
}

void Server::accept_next() {
  is_waiting_ = false;
  accepted_this_turn_ += 1;
  reserve_.refill();
  auto* listener = reinterpret_cast<uv_stream_t*>(&listener_);
  auto client = Connection::accept(*listener, *this);
  clients_.insert(client);
  if (clients_.size() <= limits_.clients) {
    client->start();
  } else if (clients_.size() <= limits_.clients + kRefusedMax) {
    client->refuse(service_.too_many_clients());
  } else {
    client->close();
  }
}

void Server::on_answers(Connection& client) {
  if (client.mark_for_flush()) {
    with_answers_.push_back(client.shared_from_this());
  }
}

void Server::on_held(std::size_t bytes_before, std::size_t bytes_now) {
  held_ = held_ - bytes_before + bytes_now;
  while (held_ > limits_.bytes) {
    const auto most =
        std::max_element(clients_.begin(), clients_.end(), [](const auto& left, const auto& right) {
          return left->held_bytes() < right->held_bytes();
        });
    // It tells that it holds nothing any more.
    (*most)->close();
  }
}

void Server::flush() {
  // A flush makes room, room takes requests, and refused ones are answered at once.
  while (!with_answers_.empty()) {
    for (const auto& client : std::exchange(with_answers_, {})) {
      client->flush();
    }
  }
}

void Server::stop() {
  if (std::exchange(has_stopped_, true)) {
    return;
  }
  close_handle(reinterpret_cast<uv_handle_t*>(&listener_));
  for (const auto& client : clients_) {
    client->end();
  }
}

void Server::close(std::function<void()> done) {
  stop();
  done_ = std::move(done);
  for (const auto& client : clients_) {
    client->finish();
  }
  uv_timer_start(
      &grace_,
      [](uv_timer_t* timer) {
        for (const auto& client : server_of(timer->data).clients_) {
          client->close();
        }
      },
      kGraceMs, 0);
  close_rest();
}

void Server::on_closed(Connection& client) {
  clients_.erase(client.shared_from_this());
  reserve_.refill();
  close_rest();
}

void Server::close_rest() {
  if (done_ && clients_.empty() && !std::exchange(is_closing_, true)) {
    close_handle(reinterpret_cast<uv_handle_t*>(&before_poll_));
    close_handle(reinterpret_cast<uv_handle_t*>(&grace_));
  }
}

void Server::close_handle(uv_handle_t* handle) {
  uv_close(handle, [](uv_handle_t* closed) {
    Server& server = server_of(closed->data);
    if (--server.handles_open_ == 0) {
      // The callback may destroy the server.
      std::exchange(server.done_, nullptr)();
    }
  });
}

}  // namespace example
