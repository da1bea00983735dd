// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Sockets on 127.0.0.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace buoyant::process {

/// Ports that no other owner of ports has, in this process or another: servers that are down, or
/// not up yet, find theirs free. They lie below those that the system gives to outgoing
/// connections, so that nobody dials *from* one of them either.
class OwnPorts {
 public:
  OwnPorts() = default;
  OwnPorts(const OwnPorts&) = delete;
  OwnPorts& operator=(const OwnPorts&) = delete;
  ~OwnPorts();

  /// One on which nobody listens. It is given to nobody else before 700 others were.
  std::uint16_t next();

 private:
  void take_block();

  std::deque<int> sockets_;  ///< Each says that a block of ports is ours.
  std::uint16_t end_ = 0;    ///< Of the newest block.
  std::uint16_t left_ = 0;   ///< How many of it were not tried yet.
};

/// So many of this process's own.
std::vector<std::uint16_t> free_ports(std::size_t count);

/// Nobody listens on it now.
bool is_free(std::uint16_t port);

/// "127.0.0.1:PORT".
std::string loopback(std::uint16_t port);

/// "127.0.0.1:PORT" of a port of this process's own.
std::string free_address();

/// A socket that listens on a port and never accepts; -1 when there is none.
class SilentListener {
 public:
  explicit SilentListener(std::uint16_t port = free_ports(1).front());
  SilentListener(const SilentListener&) = delete;
  SilentListener& operator=(const SilentListener&) = delete;
  ~SilentListener();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  int socket_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace buoyant::process
