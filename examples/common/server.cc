// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/server.h"

#include "adapters/uv/address.h"
#include "buoyant/base/assert.h"
#include "examples/common/resolve.h"

#include <utility>

namespace example {

namespace {

constexpr int kBacklog = 128;

Server& server_of(void* data) {
  return *static_cast<Server*>(data);
}

}  // namespace

Server::Server(uv_loop_t& loop, Service& service)
    : service_(service),
      read_buffer_(std::make_unique<std::array<char, std::size_t{64} << 10U>>()) {
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
    // A failed accept (no file descriptor left) concerns that connection only.
    if (status == 0) {
      server_of(stream->data).on_connection();
    }
  };
  int status = uv_tcp_bind(&listener_, reinterpret_cast<const sockaddr*>(&*resolved), 0);
  if (status == 0) {
    status = uv_listen(reinterpret_cast<uv_stream_t*>(&listener_), kBacklog, on_connection);
  }
  if (status != 0) {
    return buoyant::fail(
        status == UV_EADDRINUSE ? buoyant::Errc::kAddressInUse : buoyant::Errc::kTransportFailed,
        "client port", status);
  }
  // Runs after the node's turn and before the loop sleeps; it does not keep the loop alive.
  uv_prepare_start(&before_poll_, [](uv_prepare_t* handle) { server_of(handle->data).flush(); });
  uv_unref(reinterpret_cast<uv_handle_t*>(&before_poll_));
  return {};
}

int Server::port() const {
  sockaddr_storage name{};
  int bytes = sizeof name;
  BUOYANT_ASSERT(uv_tcp_getsockname(&listener_, reinterpret_cast<sockaddr*>(&name), &bytes) == 0);
  return buoyant::uv::port_of(name);
}

void Server::on_connection() {
  auto* listener = reinterpret_cast<uv_stream_t*>(&listener_);
  auto client = Connection::accept(*listener, *this);
  clients_.insert(client);
  if (clients_.size() <= kClientsMax) {
    client->start();
  } else if (clients_.size() <= kClientsMax + kRefusedMax) {
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
