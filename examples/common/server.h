// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The client port: accepts connections and has their answers written once per loop iteration.
///
/// libuv 1.44 accepts until there is nothing left. Not taking a connection pauses it, which is
/// how a flood of them gets a share of the loop and not all of it.
#pragma once

#include "adapters/uv/descriptor_reserve.h"
#include "buoyant/base/result.h"
#include "examples/common/connection.h"
#include "examples/common/server_limits.h"

#include <uv.h>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace example {

/// Owned by the application. The loop and the service must outlive the close callback.
class Server final : private ConnectionHost {
 public:
  /// So many clients beyond the limit are told so at a time; further ones are closed without a
  /// word.
  static constexpr std::size_t kRefusedMax = 64;
  /// Connections accepted in one iteration of the loop; the rest waits for the next.
  static constexpr std::size_t kAcceptsPerTurn = 16;
  /// Files that are not for clients: peers, strangers on their port, the log, snapshots, metrics.
  static constexpr std::size_t kDescriptorsKept = 384;
  /// So many clients there may be even if the process may open very few files.
  static constexpr std::size_t kClientsMin = 16;
  /// How long close waits for clients to take their last answers.
  static constexpr std::uint64_t kGraceMs = 500;

  Server(uv_loop_t& loop, Service& service, const ServerLimits& limits = {});
  ~Server() = default;

  /// Errors: kInvalidOptions (the address), kAddressInUse, kTransportFailed.
  buoyant::Result<void> listen(const std::string& address);

  /// Takes no more connections and no more requests; answers still go out.
  void stop();

  /// Closes every connection, after a grace for the last answers. `done` runs once, from the
  /// loop, when nothing of the server is left there. Once.
  void close(std::function<void()> done);

  /// Where it listens, also when the port was left to the system. Requires: it listens.
  [[nodiscard]] int port() const;

  [[nodiscard]] std::size_t client_count() const noexcept { return clients_.size(); }

  /// What all clients hold.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return held_; }

 private:
  Service& service() noexcept override { return service_; }

  [[nodiscard]] const ServerLimits& limits() const noexcept override { return limits_; }

  std::array<char, std::size_t{64} << 10U>& read_buffer() noexcept override {
    return *read_buffer_;
  }

  void on_answers(Connection& client) override;
  void on_held(std::size_t bytes_before, std::size_t bytes_now) override;
  void on_closed(Connection& client) override;
  void on_connection(int status);
  void accept_next();
  void accept_waiting();
  void flush();
  void close_handle(uv_handle_t* handle);
  void close_rest();

  Service& service_;
  std::unique_ptr<std::array<char, std::size_t{64} << 10U>> read_buffer_;
  std::set<std::shared_ptr<Connection>> clients_;
  std::vector<std::shared_ptr<Connection>> with_answers_;
  ServerLimits limits_;
  std::size_t held_ = 0;
  bool is_waiting_ = false;  ///< libuv holds a connection that we did not take yet.
  std::size_t accepted_this_turn_ = 0;
  buoyant::uv::DescriptorReserve reserve_;
  uv_tcp_t listener_{};
  uv_prepare_t before_poll_{};
  uv_timer_t grace_{};
  int handles_open_ = 3;
  bool has_stopped_ = false;
  bool is_closing_ = false;
  std::function<void()> done_;
};

}  // namespace example
