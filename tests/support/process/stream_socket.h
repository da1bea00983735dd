// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One TCP connection as a client sees it: bytes out, bytes in, never blocking.
#pragma once

#include "tests/support/process/deadline.h"

#include <cstddef>
#include <cstdint>
#include <poll.h>
#include <string>
#include <string_view>

namespace buoyant::process {

class StreamSocket {
 public:
  /// Begins to connect to 127.0.0.1.
  explicit StreamSocket(std::uint16_t port);
  StreamSocket(StreamSocket&& other) noexcept;
  StreamSocket& operator=(StreamSocket&& other) noexcept;
  ~StreamSocket();

  /// False once either side closed it or it failed; what came before can still be taken.
  [[nodiscard]] bool is_open() const noexcept { return socket_ >= 0; }

  /// The other side has accepted it: what is sent may arrive.
  [[nodiscard]] bool is_connected();

  /// Queues bytes; pump sends them.
  void send(std::string_view bytes) { unsent_ += bytes; }

  /// Sends and receives what can be at once.
  void pump();

  /// Sends what can be sent at once and leaves what comes where it is.
  void send_only();

  /// Waits until something can be sent or received, and pumps.
  void pump_within(Deadline deadline);

  /// Ends our direction; the server may still answer.
  void shut_down_sending();

  void close();

  /// What was received; whoever reads it takes it away.
  [[nodiscard]] std::string& received() noexcept { return received_; }

  /// For poll(2); after it, pump.
  [[nodiscard]] pollfd poll_entry() const;

  /// Bytes queued and not yet given to the system.
  [[nodiscard]] std::size_t unsent() const noexcept { return unsent_.size() - sent_; }

 private:
  void send_some();
  void receive_some();

  int socket_ = -1;
  bool is_connected_ = false;
  std::string unsent_;
  std::size_t sent_ = 0;
  std::string received_;
};

}  // namespace buoyant::process
