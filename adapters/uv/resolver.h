// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Host names to addresses, on a thread of its own: never on the loop, and never in libuv's pool,
/// where a slow name server would hold up the host's files.
///
/// The thread starts with the first name. It is never waited for, because getaddrinfo cannot be
/// interrupted: at the end it is left behind with state of its own and goes when it can.
#pragma once

#include "buoyant/base/result.h"
#include "buoyant/port/loop_poster.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <vector>

namespace buoyant::uv {

/// Not empty; port 0.
using HostAddresses = std::vector<sockaddr_storage>;

/// Asks the system; blocks.
/// Errors: kTransportFailed with getaddrinfo's code.
Result<HostAddresses> look_up_host(const std::string& host);

/// Loop thread only, but for what is marked.
class Resolver {
 public:
  using Done = std::function<void(Result<HostAddresses>)>;
  /// [resolver thread]
  using LookUp = std::function<Result<HostAddresses>(const std::string& host)>;

  /// Hosts whose last answer is remembered.
  static constexpr std::size_t kHostsRememberedMax = 256;

  explicit Resolver(std::shared_ptr<port::LoopPoster> poster, LookUp look_up = look_up_host);
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  ~Resolver();

  /// Looks a host up. Callback: once, from the loop, unless it is cancelled or the resolver
  /// destroyed before; when the name server fails, with the last good answer.
  std::uint64_t resolve(const std::string& host, Done done);

  /// What the name server said last; nullopt: it never answered.
  [[nodiscard]] std::optional<HostAddresses> last_good(const std::string& host) const;

  /// Takes a lookup back; no effect when it is over.
  void cancel(std::uint64_t ticket);

 private:
  struct Queue;
  struct Pending;

  static void* run(void* queue);
  static void finish(Pending& pending, std::uint64_t ticket, const std::string& host,
                     Result<HostAddresses> result);
  [[nodiscard]] bool start_thread();

  std::shared_ptr<Queue> queue_;      ///< Shared with the thread.
  std::shared_ptr<Pending> pending_;  ///< The loop's; tasks refer to it weakly.
  std::uint64_t next_ticket_ = 1;
  bool running_ = false;
};

}  // namespace buoyant::uv
