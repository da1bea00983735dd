// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A network in virtual time: streams between in-memory transports, with faults per link.
///
/// A link is directed, from one server to another. A stream (one TCP connection) uses the links
/// of both directions and keeps the order of what was put in. Deterministic: no randomness, no
/// real time; what happens at one instant happens in the order in which it was caused.
#pragma once

#include "adapters/memory/scheduler.h"
#include "buoyant/base/export.h"
#include "buoyant/model/frame.h"
#include "buoyant/model/hello.h"
#include "buoyant/port/transport.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace buoyant::memory {

class MemoryStream;

/// The end of a stream: the other side closed it, or the network broke it.
struct StreamEnd {
  const char* why = "";
};

/// What travels in a stream. Handshakes go as values, everything after them as bytes.
using StreamItem = std::variant<Hello, HelloReply, std::vector<std::byte>, StreamEnd>;

/// Which side of a stream.
enum class Side : std::uint8_t { kDialler = 0, kAcceptor = 1 };

constexpr Side other(Side side) noexcept {
  return side == Side::kDialler ? Side::kAcceptor : Side::kDialler;
}

/// One side of a stream: who gets what arrives there.
class StreamReceiver {
 public:
  StreamReceiver() = default;
  StreamReceiver(const StreamReceiver&) = delete;
  StreamReceiver& operator=(const StreamReceiver&) = delete;

  virtual void on_dialled(const std::shared_ptr<MemoryStream>& stream) = 0;
  /// `side` is the receiver's own: a server that dials itself has both.
  virtual void on_arrival(const std::shared_ptr<MemoryStream>& stream, Side side,
                          StreamItem item) = 0;

 protected:
  ~StreamReceiver() = default;
};

/// One connection. Shared by its two sides and by what is under way.
class MemoryStream {
 public:
  struct Item {
    Instant due;
    StreamItem content;
  };

  /// What travels toward one side, and who is there.
  struct Direction {
    StreamReceiver* receiver = nullptr;  ///< Null: nobody any more; what arrives is dropped.
    ServerId server;
    std::deque<Item> items;
    std::size_t bytes = 0;
    bool scheduled = false;
  };

  explicit MemoryStream(port::ConnectionId id) : id_(id) {}

  [[nodiscard]] port::ConnectionId id() const noexcept { return id_; }

  [[nodiscard]] Direction& toward(Side side) noexcept {
    return directions_[static_cast<std::size_t>(side)];
  }

  /// Loses what is under way; nothing goes in any more.
  void break_off() noexcept {
    broken_ = true;
    for (Direction& direction : directions_) {
      direction.items.clear();
      direction.bytes = 0;
    }
  }

  [[nodiscard]] bool is_broken() const noexcept { return broken_; }

 private:
  port::ConnectionId id_;
  bool broken_ = false;
  std::array<Direction, 2> directions_;
};

/// Must outlive the transports on it; the scheduler must outlive it.
class BUOYANT_EXPORT MemoryNetwork {
 public:
  explicit MemoryNetwork(Scheduler& scheduler) : scheduler_(scheduler) {}

  [[nodiscard]] Scheduler& scheduler() noexcept { return scheduler_; }

  /// How long everything takes that enters this link from now on; zero at first.
  void set_delay(ServerId from, ServerId to, Duration delay);

  /// The same for all links that have no delay of their own.
  void set_delay(Duration delay) { default_delay_ = delay; }

  /// Breaks the streams between two servers, for both sides at once: what is under way is lost.
  /// New ones are refused until heal().
  void cut(ServerId one, ServerId another);
  void heal(ServerId one, ServerId another);

  /// Nothing arrives over this link until release(): it waits, as with lost packets that TCP
  /// sends again.
  void hold(ServerId from, ServerId to);
  void release(ServerId from, ServerId to);

  /// Nothing arrives at this server for `duration`, as when its process is stopped; then all of
  /// it, before any turn that was asked for at the end of the stall.
  void stall(ServerId server, Duration duration);

  // What transports use.

  /// Takes streams dialled to `address`. False: another one listens there.
  bool listen(const std::string& address, ServerId server, StreamReceiver& receiver);
  void stop_listening(const std::string& address);

  /// A new stream; null: nobody listens there, or the link is cut.
  std::shared_ptr<MemoryStream> dial(ServerId from, StreamReceiver& receiver,
                                     const std::string& address);

  /// Puts something in; it arrives at that side after the link's delay.
  void put(const std::shared_ptr<MemoryStream>& stream, Side toward, StreamItem item);

  /// One side leaves; the other one learns it after the link's delay.
  void leave(const std::shared_ptr<MemoryStream>& stream, Side side, const char* why);

 private:
  using Link = std::pair<ServerId, ServerId>;

  struct Listener {
    ServerId server;
    StreamReceiver* receiver;
  };

  void schedule(const std::shared_ptr<MemoryStream>& stream, Side toward);
  void deliver(const std::shared_ptr<MemoryStream>& stream, Side toward);
  [[nodiscard]] bool may_deliver(MemoryStream& stream, Side toward);
  [[nodiscard]] Duration delay_of(const Link& link) const;
  [[nodiscard]] std::vector<std::shared_ptr<MemoryStream>> live_streams();

  Scheduler& scheduler_;
  Duration default_delay_{0};
  std::map<Link, Duration> delays_;
  std::set<Link> cut_;
  std::set<Link> held_;
  std::map<ServerId, Instant> stalled_until_;
  std::map<std::string, Listener> listeners_;
  std::vector<std::weak_ptr<MemoryStream>> streams_;
  port::ConnectionId next_id_{1};
};

}  // namespace buoyant::memory
