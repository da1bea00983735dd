// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Sockets on 127.0.0.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace buoyant::process {

/// So many different ports on which nobody listens. They lie below those that the system gives
/// to outgoing connections, so that nobody dials *from* one of them while its server is down.
std::vector<std::uint16_t> free_ports(std::size_t count);

/// Nobody listens on it now.
bool is_free(std::uint16_t port);

/// "127.0.0.1:PORT".
std::string loopback(std::uint16_t port);

/// A socket that listens on a free port and never accepts; -1 when there is none.
class SilentListener {
 public:
  SilentListener();
  SilentListener(const SilentListener&) = delete;
  SilentListener& operator=(const SilentListener&) = delete;
  ~SilentListener();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  int socket_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace buoyant::process
