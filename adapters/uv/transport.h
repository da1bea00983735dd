// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The transport over TCP on a borrowed uv_loop_t.
///
/// With TransportOptions::security everything is encrypted, and a peer is who it proves to be.
/// Without, nothing is, and a peer is who it says it is: it listens on loopback only then, unless
/// the options say otherwise.
#pragma once

#include "adapters/uv/transport_options.h"
#include "buoyant/base/export.h"
#include "buoyant/base/result.h"
#include "buoyant/port/transport.h"

#include <uv.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::uv {

/// Loop thread only. Destroying it without close closes it in the background: what libuv holds
/// frees itself as the loop runs on.
class BUOYANT_EXPORT UvTransport final : public port::Transport {
 public:
  /// Binds the address and listens. The loop must outlive close's callback. SIGPIPE is ignored
  /// from here on unless the host handles it: libuv writes to sockets that the peer closed.
  /// Errors: kInvalidOptions (the context names the option), kAddressInUse, kTransportFailed.
  static Result<std::unique_ptr<UvTransport>> open(uv_loop_t& loop, TransportOptions options);

  ~UvTransport() override;

  void start(port::TransportEvents& events) noexcept override;
  void set_peers(std::vector<port::PeerAddress> peers) noexcept override;
  void link_snapshots(ServerId peer, bool wanted) noexcept override;
  void admit(port::ConnectionId connection, Refusal refusal) noexcept override;
  port::SendResult send(ServerId peer, port::Channel channel, const Frame& frame) noexcept override;
  void flush() noexcept override;
  [[nodiscard]] std::size_t queued_bytes(ServerId peer) const noexcept override;
  [[nodiscard]] std::vector<port::PeerLinkStatus> status() const override;
  [[nodiscard]] port::TransportStatus totals() const override;
  void close(std::function<void()> done) noexcept override;

  /// Where it listens: "HOST:PORT".
  [[nodiscard]] std::string bound_address() const;

 private:
  /// Everything; destroys itself when libuv holds nothing of it any more.
  struct State;

  explicit UvTransport(State* state) : state_(state) {}

  State* state_;  ///< Null once it is closing.
};

}  // namespace buoyant::uv
