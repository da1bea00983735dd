// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/loopback.h"

#include <arpa/inet.h>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <netinet/in.h>
#include <random>
#include <sys/socket.h>
#include <sys/un.h>
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

/// So many ports have one owner.
static constexpr std::uint16_t kBlock = 100;

/// The socket by whose name processes agree on whose a block is, or -1: somebody else's. The name
/// is not a file's and goes with the socket. tests/docs/ports.py has the same.
static int block_socket(int block) {
  const std::string name = "buoyant-ports-" + std::to_string(block);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path + 1, sizeof address.sun_path - 1);
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const auto bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&address), bytes) != 0) {
    ::close(fd);
    return -1;
  }
  return fd;
}

OwnPorts::~OwnPorts() {
  for (const int fd : sockets_) {
    ::close(fd);
  }
}

std::uint16_t OwnPorts::next() {
  for (;;) {
    if (left_ == 0) {
      take_block();
    }
    const auto port = static_cast<std::uint16_t>(end_ - left_--);
    if (is_free(port)) {
      return port;
    }
  }
}

void OwnPorts::take_block() {
  constexpr std::size_t kBlocksMax = 8;
  if (sockets_.size() == kBlocksMax) {
    ::close(sockets_.front());
    sockets_.pop_front();
  }
  constexpr int kFirst = 10'000 / kBlock;
  int end = outgoing_port_min() / kBlock;
  if (end < kFirst + 10) {
    end = 600;  // A system with an unusual range: any free port has to do.
  }
  // Not the one that another process has just left, some of whose ports rest.
  std::random_device random;
  const int begin = std::uniform_int_distribution<int>(0, end - kFirst - 1)(random);
  for (int i = 0; i < end - kFirst; ++i) {
    const int block = kFirst + (begin + i) % (end - kFirst);
    if (const int fd = block_socket(block); fd >= 0) {
      sockets_.push_back(fd);
      end_ = static_cast<std::uint16_t>((block + 1) * kBlock);
      left_ = kBlock;
      return;
    }
  }
  std::abort();
}

std::vector<std::uint16_t> free_ports(std::size_t count) {
  static OwnPorts own;
  std::vector<std::uint16_t> ports(count);
  for (std::uint16_t& port : ports) {
    port = own.next();
  }
  return ports;
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

std::string free_address() {
  return loopback(free_ports(1).front());
}

SilentListener::SilentListener(std::uint16_t port) : socket_(bound_socket(port)), port_(port) {
  if (socket_ >= 0) {
    ::listen(socket_, 1);
  }
}

SilentListener::~SilentListener() {
  ::close(socket_);
}

}  // namespace buoyant::process
