// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One TCP connection that speaks lines; never blocks but in the calls that take a deadline.
#pragma once

#include "tests/support/process/deadline.h"
#include "tests/support/process/stream_socket.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <poll.h>
#include <string>
#include <string_view>

namespace buoyant::process {

class LineClient {
 public:
  /// Begins to connect to 127.0.0.1.
  explicit LineClient(std::uint16_t port) : socket_(port) {}

  /// False once either side closed it or it failed; lines that came before can still be taken.
  [[nodiscard]] bool is_open() const noexcept { return socket_.is_open(); }

  /// The other side has accepted it: what is sent may arrive.
  [[nodiscard]] bool is_connected() { return socket_.is_connected(); }

  /// Queues a line; pump sends it.
  void send_line(std::string_view line);

  /// Queues bytes as they are.
  void send_bytes(std::string_view bytes) { socket_.send(bytes); }

  /// Sends and receives what can be at once.
  void pump();

  /// Sends what can be sent at once and leaves the answers where they are.
  void send_only() { socket_.send_only(); }

  /// Ends our direction; the server may still answer.
  void shut_down_sending() { socket_.shut_down_sending(); }

  void close() { socket_.close(); }

  /// The oldest line that was received and not taken.
  std::optional<std::string> take_line();

  /// For poll(2); after it, pump.
  [[nodiscard]] pollfd poll_entry() const { return socket_.poll_entry(); }

  /// Waits for a line. Nothing: the deadline is over, or the connection is.
  std::optional<std::string> read_line(Deadline deadline);

  /// Waits until the other side closes; lines that come meanwhile are kept.
  bool wait_closed(Deadline deadline);

  /// Waits until everything queued was given to the system.
  bool flush(Deadline deadline);

  /// Bytes queued and not yet given to the system.
  [[nodiscard]] std::size_t unsent() const noexcept { return socket_.unsent(); }

 private:
  void pump_within(Deadline deadline);
  void split();

  StreamSocket socket_;
  std::size_t searched_ = 0;
  std::deque<std::string> lines_;
};

}  // namespace buoyant::process
