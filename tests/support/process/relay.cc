// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/relay.h"

#include "tests/support/process/deadline.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace buoyant::process {

static constexpr std::size_t kHeldBytesMax = std::size_t{256} << 10U;
static constexpr int kStepMilliseconds = 5;

static sockaddr_in address_of(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

struct Relays::Line {
  int listener = -1;
  std::uint16_t port = 0;
  std::uint16_t target = 0;
  std::atomic<Wire> wire{Wire::kWhole};
  std::atomic<std::uint64_t> bytes_per_second{0};
};

/// One accepted connection and its continuation; what came from one end and did not go into the
/// other yet.
struct Relays::Connection {
  const Line* line = nullptr;
  std::array<int, 2> ends = {-1, -1};
  std::array<std::string, 2> held;
  /// What may be received now.
  std::array<std::size_t, 2> allowed = {0, 0};
  Clock::time_point allowed_at = Clock::now();

  /// Lets as many bytes come as the time since the last call is worth.
  void allow();
};

void Relays::Connection::allow() {
  const std::uint64_t rate = line->bytes_per_second;
  const Clock::time_point now = Clock::now();
  const std::chrono::duration<double> elapsed = now - allowed_at;
  allowed_at = now;
  for (std::size_t end = 0; end < 2; ++end) {
    const std::size_t room = kHeldBytesMax - std::min(held[end].size(), kHeldBytesMax);
    const auto more = static_cast<std::size_t>(static_cast<double>(rate) * elapsed.count());
    allowed[end] = rate == 0 ? room : std::min(room, allowed[end] + more);
  }
}

/// False: the other side ended it.
static bool receive_into(int end, std::string& held, std::size_t& allowed) {
  std::array<char, 65536> buffer{};
  while (allowed > 0) {
    const ssize_t count =
        ::recv(end, buffer.data(), std::min(buffer.size(), allowed), MSG_DONTWAIT);
    if (count < 0) {
      return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ENOTCONN;
    }
    if (count == 0) {
      return false;
    }
    held.append(buffer.data(), static_cast<std::size_t>(count));
    allowed -= static_cast<std::size_t>(count);
  }
  return true;
}

static bool send_from(int end, std::string& held) {
  while (!held.empty()) {
    const ssize_t count = ::send(end, held.data(), held.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0) {
      return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ENOTCONN;
    }
    held.erase(0, static_cast<std::size_t>(count));
  }
  return true;
}

Relays::Relays() = default;

Relays::~Relays() {
  is_stopping_ = true;
  if (thread_.joinable()) {
    thread_.join();
  }
  for (Connection& connection : connections_) {
    ::close(connection.ends[0]);
    ::close(connection.ends[1]);
  }
  for (const auto& line : lines_) {
    ::close(line->listener);
  }
}

void Relays::add(std::uint16_t port, std::uint16_t target) {
  auto line = std::make_unique<Line>();
  line->port = port;
  line->target = target;
  line->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const sockaddr_in address = address_of(line->port);
  constexpr int kBacklog = 16;
  if (::bind(line->listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(line->listener, kBacklog) != 0) {
    std::abort();
  }
  lines_.push_back(std::move(line));
}

void Relays::start() {
  thread_ = std::thread([this] { run(); });
}

Relays::Line& Relays::line_at(std::uint16_t port) {
  for (const auto& line : lines_) {
    if (line->port == port) {
      return *line;
    }
  }
  std::abort();
}

void Relays::set(std::uint16_t port, Wire wire) {
  line_at(port).wire = wire;
}

void Relays::limit(std::uint16_t port, std::uint64_t bytes_per_second) {
  line_at(port).bytes_per_second = bytes_per_second;
}

void Relays::run() {
  while (!is_stopping_) {
    step();
  }
}

void Relays::step() {
  std::vector<pollfd> entries;
  for (const auto& line : lines_) {
    entries.push_back({line->listener, POLLIN, 0});
  }
  for (Connection& connection : connections_) {
    connection.allow();
    // Silent ends would only wake us up in vain.
    const bool is_whole = connection.line->wire == Wire::kWhole;
    for (std::size_t end = 0; end < 2; ++end) {
      int wanted = connection.allowed[end] > 0 ? POLLIN : 0;
      wanted |= connection.held[1 - end].empty() ? 0 : POLLOUT;
      entries.push_back({is_whole ? connection.ends[end] : -1, static_cast<short>(wanted), 0});
    }
  }
  const bool is_limited = std::any_of(lines_.begin(), lines_.end(),
                                      [](const auto& line) { return line->bytes_per_second != 0; });
  if (is_limited) {
    // A limited end is always ready for some bytes; several of them at a time are enough.
    pause_briefly();
  }
  ::poll(entries.data(), entries.size(), kStepMilliseconds);
  for (const auto& line : lines_) {
    accept_one(*line);
  }
  for (auto at = connections_.begin(); at != connections_.end();) {
    if (carry(*at)) {
      ++at;
      continue;
    }
    ::close(at->ends[0]);
    ::close(at->ends[1]);
    at = connections_.erase(at);
  }
}

void Relays::accept_one(Line& line) {
  const int accepted = ::accept4(line.listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (accepted < 0) {
    return;
  }
  const int onward = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;
  ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(onward, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const sockaddr_in address = address_of(line.target);
  if (line.wire == Wire::kBroken ||
      (::connect(onward, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
       errno != EINPROGRESS)) {
    ::close(accepted);
    ::close(onward);
    return;
  }
  connections_.push_back({&line, {accepted, onward}});
}

/// False: it is over.
bool Relays::carry(Connection& connection) {
  const Wire wire = connection.line->wire;
  if (wire != Wire::kWhole) {
    return wire == Wire::kSilent;
  }
  bool is_alive = true;
  for (std::size_t end = 0; end < 2; ++end) {
    is_alive = receive_into(connection.ends[end], connection.held[end], connection.allowed[end]) &&
               is_alive;
    is_alive = send_from(connection.ends[1 - end], connection.held[end]) && is_alive;
  }
  return is_alive;
}

}  // namespace buoyant::process
