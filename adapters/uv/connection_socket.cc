// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a connection asks of its socket.

#include "adapters/uv/connection.h"
#include "adapters/uv/context.h"

#include <chrono>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace buoyant::uv {

namespace {

constexpr unsigned int kKeepAliveSeconds = 10;

}  // namespace

int Connection::configure_socket() {
  if (const int status = uv_tcp_nodelay(&tcp_, 1); status < 0) {
    return status;
  }
  if (const int status = uv_tcp_keepalive(&tcp_, 1, kKeepAliveSeconds); status < 0) {
    return status;
  }
  limit_unacknowledged_time();
  return 0;
}

void Connection::limit_unacknowledged_time() {
#ifdef TCP_USER_TIMEOUT
  uv_os_fd_t socket = -1;
  if (uv_fileno(reinterpret_cast<uv_handle_t*>(&tcp_), &socket) < 0) {
    return;
  }
  // After a power loss no RST comes: the kernel gives up on bytes that nobody acknowledges.
  const auto stall = std::chrono::duration_cast<std::chrono::milliseconds>(limits_.stall * 2);
  const auto timeout = static_cast<unsigned int>(stall.count());
  setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof(timeout));
#endif
}

bool Connection::is_connected_to_itself() const {
  sockaddr_storage local{};
  int size = sizeof(local);
  if (uv_tcp_getsockname(&tcp_, reinterpret_cast<sockaddr*>(&local), &size) < 0) {
    return false;
  }
  const sockaddr_storage other = remote();
  return std::memcmp(&local, &other, sizeof(local)) == 0;
}

sockaddr_storage Connection::remote() const noexcept {
  sockaddr_storage address{};
  int size = sizeof(address);
  if (uv_tcp_getpeername(&tcp_, reinterpret_cast<sockaddr*>(&address), &size) < 0) {
    return {};
  }
  return address;
}

}  // namespace buoyant::uv
