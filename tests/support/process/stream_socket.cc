// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/stream_socket.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace buoyant::process {

StreamSocket::StreamSocket(std::uint16_t port) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno != EINPROGRESS) {
    close();
  }
}

StreamSocket::StreamSocket(StreamSocket&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      is_connected_(other.is_connected_),
      unsent_(std::move(other.unsent_)),
      sent_(other.sent_),
      received_(std::move(other.received_)) {}

StreamSocket& StreamSocket::operator=(StreamSocket&& other) noexcept {
  if (this != &other) {
    close();
    socket_ = std::exchange(other.socket_, -1);
    is_connected_ = other.is_connected_;
    unsent_ = std::move(other.unsent_);
    sent_ = other.sent_;
    received_ = std::move(other.received_);
  }
  return *this;
}

StreamSocket::~StreamSocket() {
  close();
}

bool StreamSocket::is_connected() {
  if (is_open() && !is_connected_) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    is_connected_ = ::getpeername(socket_, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
  }
  return is_open() && is_connected_;
}

void StreamSocket::pump() {
  if (is_open()) {
    send_some();
  }
  if (is_open()) {
    receive_some();
  }
}

void StreamSocket::send_only() {
  if (is_open()) {
    send_some();
  }
}

void StreamSocket::pump_within(Deadline deadline) {
  pollfd entry = poll_entry();
  ::poll(&entry, 1, poll_milliseconds(deadline));
  pump();
}

void StreamSocket::shut_down_sending() {
  ::shutdown(socket_, SHUT_WR);
}

void StreamSocket::close() {
  if (is_open()) {
    ::close(std::exchange(socket_, -1));
  }
}

pollfd StreamSocket::poll_entry() const {
  const int wanted = unsent() > 0 ? POLLIN | POLLOUT : POLLIN;
  return {socket_, static_cast<short>(wanted), 0};
}

void StreamSocket::send_some() {
  while (unsent() > 0) {
    const ssize_t count =
        ::send(socket_, unsent_.data() + sent_, unsent_.size() - sent_, MSG_NOSIGNAL);
    if (count <= 0) {
      // A refused write still leaves answers to read; a connection that is over says so there.
      return;
    }
    sent_ += static_cast<std::size_t>(count);
  }
  unsent_.clear();
  sent_ = 0;
}

void StreamSocket::receive_some() {
  std::array<char, 16384> buffer{};
  while (true) {
    const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
      return;
    }
    if (count <= 0) {
      close();
      return;
    }
    received_.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace buoyant::process
