// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The listening socket: bound when it is opened, so that a taken port is known at once.
///
/// libuv 1.44 accepts until there is nothing left. Not taking a connection pauses it, which is
/// how no more than `accepts_per_turn` are accepted in one iteration of the loop.
#pragma once

#include "adapters/uv/connection.h"
#include "adapters/uv/deadlines.h"
#include "adapters/uv/descriptor_reserve.h"
#include "buoyant/base/result.h"

#include <uv.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace buoyant::uv {

struct Context;

/// Loop thread only. Destroying it stops it.
class Listener {
 public:
  using Accepted = std::function<void(Connection::Pointer)>;

  /// Binds and listens; connections wait in the kernel until start(). May block for a name.
  /// Errors: kInvalidOptions (the address, or not loopback without `insecure_plaintext`),
  /// kAddressInUse, kTransportFailed.
  static Result<std::unique_ptr<Listener>> open(Context& context);

  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  void start(Accepted accepted);

  /// Closes the socket; nothing is accepted any more.
  void stop();

  /// "HOST:PORT" with the port that was given.
  [[nodiscard]] std::string bound_address() const;

 private:
  /// What libuv holds; frees itself when it is closed.
  struct Handle;

  explicit Listener(Context& context);
  Result<void> listen(const sockaddr_storage& address);
  void on_connection(int status);
  void accept_next();

  Context& context_;
  Handle* handle_;  ///< Null once it stopped.
  Accepted accepted_;
  bool is_waiting_ = false;  ///< libuv holds a connection that we did not take yet.
  std::size_t accepted_this_turn_ = 0;
  DescriptorReserve reserve_;
  Deadlines::Timer turn_;
};

}  // namespace buoyant::uv
