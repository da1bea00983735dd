// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/line_client.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace buoyant::process {

LineClient::LineClient(std::uint16_t port) {
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

LineClient::LineClient(LineClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      is_connected_(other.is_connected_),
      unsent_(std::move(other.unsent_)),
      sent_(other.sent_),
      partial_(std::move(other.partial_)),
      lines_(std::move(other.lines_)) {}

LineClient& LineClient::operator=(LineClient&& other) noexcept {
  if (this != &other) {
    close();
    socket_ = std::exchange(other.socket_, -1);
    is_connected_ = other.is_connected_;
    unsent_ = std::move(other.unsent_);
    sent_ = other.sent_;
    partial_ = std::move(other.partial_);
    lines_ = std::move(other.lines_);
  }
  return *this;
}

LineClient::~LineClient() {
  close();
}

bool LineClient::is_connected() {
  if (is_open() && !is_connected_) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    is_connected_ = ::getpeername(socket_, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
  }
  return is_open() && is_connected_;
}

void LineClient::send_line(std::string_view line) {
  unsent_ += line;
  unsent_ += '\n';
}

void LineClient::send_bytes(std::string_view bytes) {
  unsent_ += bytes;
}

void LineClient::pump() {
  if (is_open()) {
    send_some();
  }
  if (is_open()) {
    receive_some();
  }
}

void LineClient::send_only() {
  if (is_open()) {
    send_some();
  }
}

void LineClient::shut_down_sending() {
  ::shutdown(socket_, SHUT_WR);
}

void LineClient::close() {
  if (is_open()) {
    ::close(std::exchange(socket_, -1));
  }
}

std::optional<std::string> LineClient::take_line() {
  if (lines_.empty()) {
    return std::nullopt;
  }
  std::string line = std::move(lines_.front());
  lines_.pop_front();
  return line;
}

pollfd LineClient::poll_entry() const {
  const int wanted = unsent() > 0 ? POLLIN | POLLOUT : POLLIN;
  return {socket_, static_cast<short>(wanted), 0};
}

std::optional<std::string> LineClient::read_line(Deadline deadline) {
  while (lines_.empty() && is_open() && Clock::now() < deadline) {
    pump_once(deadline);
  }
  return take_line();
}

bool LineClient::wait_closed(Deadline deadline) {
  while (is_open() && Clock::now() < deadline) {
    pump_once(deadline);
  }
  return !is_open();
}

bool LineClient::flush(Deadline deadline) {
  while (unsent() > 0 && is_open() && Clock::now() < deadline) {
    pump_once(deadline);
  }
  return unsent() == 0;
}

void LineClient::pump_once(Deadline deadline) {
  pollfd entry = poll_entry();
  ::poll(&entry, 1, poll_milliseconds(deadline));
  pump();
}

void LineClient::send_some() {
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

void LineClient::receive_some() {
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
    std::string_view rest(buffer.data(), static_cast<std::size_t>(count));
    for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      partial_ += rest.substr(0, end);
      lines_.push_back(std::exchange(partial_, {}));
      rest.remove_prefix(end + 1);
    }
    partial_ += rest;
  }
}

}  // namespace buoyant::process
