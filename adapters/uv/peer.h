// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The connection that we dial to one peer for one purpose, kept up for as long as it is wanted.
///
///   waiting -> resolving -> connecting -> greeting -> up
///      ^          |            |            |         |
///      +----------+------------+------------+---------+   after a delay that doubles with each
///                                                         failure and starts anew once up
#pragma once

#include "adapters/uv/backoff.h"
#include "adapters/uv/connection.h"
#include "adapters/uv/resolver.h"
#include "buoyant/model/hello.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/socket.h>

namespace buoyant::uv {

struct Context;

/// Loop thread only. An event may retire it; it is destroyed later (Context::retire).
class Peer final : private ConnectionEvents {
 public:
  /// Dials at once, from the loop.
  Peer(Context& context, port::LinkKey link, std::string address);

  /// Ends the connection and all attempts, without an event.
  void retire();

  [[nodiscard]] const std::string& address() const noexcept { return address_; }

  /// Used from the next dial on.
  void set_address(std::string address) { address_ = std::move(address); }

  [[nodiscard]] bool is_up() const noexcept { return state_ == State::kUp; }

  port::SendResult send(const Frame& frame);

  /// 0 while it is not up.
  [[nodiscard]] std::size_t queued_bytes() const noexcept;

  /// Of this connection: all but `accepted` and `snapshots`.
  [[nodiscard]] port::PeerLinkStatus status() const;

 private:
  enum class State : std::uint8_t { kWaiting, kResolving, kConnecting, kGreeting, kUp, kRetired };

  void dial();
  bool connect_to_last_good();
  void on_resolved(std::uint16_t port, const Result<HostAddresses>& addresses);
  void connect(const sockaddr_storage& address);
  /// When patience ends after the name was resolved.
  [[nodiscard]] const char* what_is_missing() const;
  /// Ends this attempt or this connection, and waits for the next one.
  void give_up_unanswered(const char* trouble);
  void give_up(const char* trouble);
  void on_reply(const ReceivedFrame& frame);

  void on_open() override;
  void on_frame(ReceivedFrame frame) override;
  void on_room() override;
  void on_end(Error error) override;

  Context& context_;
  const port::LinkKey link_;
  std::string address_;
  State state_ = State::kWaiting;
  Connection::Pointer connection_;
  std::uint64_t lookup_ = 0;  ///< 0: none under way.
  /// Counts dials, also to take the addresses of one name in turn.
  std::uint64_t attempts_ = 0;
  Backoff backoff_;
  Instant up_since_;
  Deadlines::Timer timer_;  ///< Waiting: the next dial. Until up: the end of patience.
  std::uint64_t frames_sent_ = 0;
  std::uint64_t bytes_sent_ = 0;
  std::uint64_t times_up_ = 0;
  const char* trouble_ = "not dialled yet";
};

}  // namespace buoyant::uv
