// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/loopback.h"

#include <arpa/inet.h>
#include <cstdlib>
#include <fstream>
#include <netinet/in.h>
#include <random>
#include <set>
#include <sys/socket.h>
#include <unistd.h>

namespace buoyant::process {

/// A socket bound to the port, or -1.
static int bound_socket(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd);
    return -1;
  }
  return fd;
}

static std::uint16_t outgoing_port_min() {
  constexpr std::uint16_t kUsual = 32768;
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  std::uint16_t first = 0;
  return file >> first ? first : kUsual;
}

std::vector<std::uint16_t> free_ports(std::size_t count) {
  constexpr std::uint16_t kFirst = 10'000;
  std::uint16_t end = outgoing_port_min();
  if (end < kFirst + 1000) {
    end = 60'999;  // A system with an unusual range: any free port has to do.
  }
  std::random_device random;
  std::uniform_int_distribution<int> draw(kFirst, end - 1);
  std::set<std::uint16_t> ports;
  constexpr int kTriesMax = 10'000;
  for (int tries = 0; ports.size() < count; ++tries) {
    if (tries == kTriesMax) {
      std::abort();
    }
    const auto port = static_cast<std::uint16_t>(draw(random));
    const int fd = bound_socket(port);
    if (fd >= 0) {
      ports.insert(port);
      ::close(fd);
    }
  }
  return {ports.begin(), ports.end()};
}

bool is_free(std::uint16_t port) {
  const int fd = bound_socket(port);
  if (fd >= 0) {
    ::close(fd);
  }
  return fd >= 0;
}

std::string loopback(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

SilentListener::SilentListener() : port_(free_ports(1).front()) {
  socket_ = bound_socket(port_);
  if (socket_ >= 0) {
    ::listen(socket_, 1);
  }
}

SilentListener::~SilentListener() {
  ::close(socket_);
}

}  // namespace buoyant::process
