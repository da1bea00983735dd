// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One connection to buoyant-kv; never blocks but in the calls that take a deadline.
#pragma once

#include "tests/support/process/deadline.h"
#include "tests/support/process/resp.h"
#include "tests/support/process/stream_socket.h"

#include <cstdint>
#include <optional>
#include <poll.h>
#include <string>
#include <vector>

namespace buoyant::process {

class RespClient {
 public:
  /// Begins to connect to 127.0.0.1.
  explicit RespClient(std::uint16_t port) : socket_(port) {}

  /// False once either side closed it, it failed, or what came was no reply.
  [[nodiscard]] bool is_open() const noexcept { return socket_.is_open(); }

  /// The other side has accepted it: what is sent may arrive.
  [[nodiscard]] bool is_connected() { return socket_.is_connected(); }

  /// Queues a request; pump sends it.
  void send(const std::vector<std::string>& words) { socket_.send(resp_request(words)); }

  /// Sends and receives what can be at once.
  void pump() { socket_.pump(); }

  void close() { socket_.close(); }

  /// The oldest reply that was received and not taken.
  std::optional<RespValue> take();

  /// What came was no reply.
  [[nodiscard]] bool is_broken() const noexcept { return reader_.is_broken(); }

  /// For poll(2); after it, pump.
  [[nodiscard]] pollfd poll_entry() const { return socket_.poll_entry(); }

  /// Waits for a reply. Nothing: the deadline is over, or the connection is.
  std::optional<RespValue> read(Deadline deadline);

  /// Sends a request and waits for its reply. Requires: none is outstanding.
  std::optional<RespValue> ask(const std::vector<std::string>& words, Deadline deadline);

 private:
  StreamSocket socket_;
  RespReader reader_;
};

}  // namespace buoyant::process
