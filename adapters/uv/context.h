// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the parts of one transport share.
#pragma once

#include "adapters/uv/deadlines.h"
#include "adapters/uv/handshake_line.h"
#include "adapters/uv/host_penalties.h"
#include "adapters/uv/resolver.h"
#include "adapters/uv/transport_options.h"
#include "adapters/uv/trouble.h"
#include "buoyant/port/transport.h"

#include <uv.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buoyant::uv {

class Connection;

/// Counts the handles that libuv still holds, and says when there is none any more.
class HandleCount {
 public:
  void add() noexcept { ++open_; }

  /// Called last in a handle's close callback: it may destroy everything.
  void release() {
    if (--open_ == 0 && none_) {
      std::exchange(none_, nullptr)();
    }
  }

  /// `none` runs at the release that leaves nothing. Requires: something is open.
  void when_none(std::function<void()> none) { none_ = std::move(none); }

 private:
  int open_ = 0;
  std::function<void()> none_;
};

/// Owned by the transport's state; outlives every part and every handle.
struct Context {
  Context(uv_loop_t& its_loop, TransportOptions its_options)
      : loop(its_loop),
        options(std::move(its_options)),
        deadlines(its_loop),
        handshakes(deadlines, options.secure_handshakes_per_second),
        resolver(options.poster),
        random(options.seed) {
    if (options.security != nullptr) {
      received.resize(kCiphertextReadMax);
      gathered.resize(kGatheredBytesMax);
    }
  }

  static constexpr std::size_t kCiphertextReadMax = std::size_t{64} << 10U;
  /// One record of TLS.
  static constexpr std::size_t kGatheredBytesMax = std::size_t{16} << 10U;

  uv_loop_t& loop;
  TransportOptions options;
  /// Null before start and after close: nothing is reported then.
  port::TransportEvents* events = nullptr;
  Deadlines deadlines;
  HandshakeLine handshakes;
  /// For the length of a call: what a socket received that has to be decrypted, and small pieces
  /// that are encrypted together. None without security.
  std::vector<std::byte> received;
  std::vector<std::byte> gathered;
  Resolver resolver;
  TroubleLog trouble;
  HostPenalties penalties{options.penalty, options.penalty_max};
  std::map<std::string_view, std::uint64_t> troubles;
  HandleCount handles;
  /// Connections with frames that flush() is to write.
  std::vector<Connection*> unflushed;
  /// Parts that were taken out while one of their own calls may be under way.
  std::vector<std::shared_ptr<void>> retired;
  /// State of the jitter.
  std::uint64_t random;

  /// A number below 2^64 from the seed (splitmix64).
  std::uint64_t draw() noexcept {
    random += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = random;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31U);
  }

  /// Destroys a part later, from the loop, or together with everything.
  void retire(std::shared_ptr<void> part) {
    retired.push_back(std::move(part));
    deadlines.post([this] { retired.clear(); });
  }

  /// `what` has static storage.
  void count(const char* what) { ++troubles[what]; }

  /// Counts a trouble, and tells the events of it unless the same was told lately.
  void report(ServerId peer, const char* what, const std::string& detail) {
    count(what);
    if (events != nullptr && trouble.is_news(peer, what, deadlines.now())) {
      events->on_trouble(peer, what, detail);
    }
  }
};

}  // namespace buoyant::uv
