// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A network that carries bytes: streams between processes, and what goes wrong with them.
///
/// A link is directed, from one server to another. A stream (one TCP connection) uses the links of
/// both directions. It keeps the order of its bytes or ends; where a plan loses, repeats or
/// reorders, it does so with whole frames, before they become bytes of a stream.
#pragma once

#include "buoyant/base/bytes.h"
#include "simulation/draw.h"
#include "simulation/process.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::simulation {

/// Which side of a stream.
enum class Side : std::uint8_t { kDialler = 0, kAcceptor = 1 };

constexpr Side other(Side side) noexcept {
  return side == Side::kDialler ? Side::kAcceptor : Side::kDialler;
}

class Connection;
using ConnectionPointer = std::shared_ptr<Connection>;

/// Who has a side of a stream. Called in the process's own time.
class ConnectionOwner {
 public:
  ConnectionOwner() = default;
  ConnectionOwner(const ConnectionOwner&) = delete;
  ConnectionOwner& operator=(const ConnectionOwner&) = delete;

  /// Of a dialler: the other side took it.
  virtual void on_open(const ConnectionPointer& connection) = 0;
  /// Of a listener: somebody dialled.
  virtual void on_accepted(const ConnectionPointer& connection) = 0;
  virtual void on_bytes(const ConnectionPointer& connection, Side side, ByteView bytes) = 0;
  virtual void on_end(const ConnectionPointer& connection, Side side, const char* why) = 0;

 protected:
  ~ConnectionOwner() = default;
};

/// One stream. Shared by its sides and by what is under way.
class Connection {
 public:
  struct End {
    ProcessPointer process;
    ConnectionOwner* owner = nullptr;  ///< Null: nobody any more; what arrives is dropped.
    /// When the last thing that travels toward this end is due.
    Instant last_due;
    /// Bytes that travel toward this end.
    std::size_t bytes_under_way = 0;
  };

  explicit Connection(std::uint64_t id) : id_(id) {}

  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }

  [[nodiscard]] End& end(Side side) noexcept { return ends_[static_cast<std::size_t>(side)]; }

  /// Nothing gets through any more, in either direction.
  bool broken = false;
  /// The listener has heard of it.
  bool accepted = false;

 private:
  std::uint64_t id_;
  std::array<End, 2> ends_;
};

/// Must outlive the transports on it.
class Network {
 public:
  explicit Network(Context& context);

  // What transports use.

  /// Takes streams dialled to `address`.
  void listen(const std::string& address, ProcessPointer process, ConnectionOwner& owner);
  void stop_listening(const std::string& address, const Process& process);

  /// Dials; on_open or on_end follows.
  ConnectionPointer dial(ProcessPointer process, ConnectionOwner& owner,
                         const std::string& address);

  /// Sends whole frames from a side; they arrive in order, in pieces of any size.
  void send(const ConnectionPointer& connection, Side from, std::vector<std::byte> bytes);

  /// A side leaves; the other one learns of it.
  void leave(const ConnectionPointer& connection, Side side);

  // Faults.

  /// Nothing passes this link until it is opened as often; it waits, as lost packets that TCP
  /// sends again.
  void block(ServerId from, ServerId to);
  void unblock(ServerId from, ServerId to);

  /// Nothing is blocked any more, and everybody knows which streams have ended.
  void heal();

  [[nodiscard]] bool is_blocked(ServerId from, ServerId to) const;

  /// The process is gone: its streams end.
  void drop_process(const Process& process);

  /// One stream, drawn by chance, ends. `half_open`: one side is told much later.
  void reset_one(Random& random, bool half_open);

  /// Streams of which somebody still holds a side.
  [[nodiscard]] std::size_t held() const;

 private:
  using Link = std::pair<ServerId, ServerId>;

  struct Listener {
    ProcessPointer process;
    ConnectionOwner* owner = nullptr;
  };

  [[nodiscard]] Duration draw_delay();
  void put(const ConnectionPointer& connection, Side toward, Duration delay, Task task);
  void cross(const ConnectionPointer& connection, Side toward, Task task);
  void break_off(const ConnectionPointer& connection, const char* why);
  void send_piece(const ConnectionPointer& connection, Side toward, std::vector<std::byte> piece);
  void finish_dial(const ConnectionPointer& connection, const std::string& address);
  void refuse(const ConnectionPointer& connection, Duration after, const char* why);
  void tell_end(const ConnectionPointer& connection, Side side, Duration after, const char* why);
  [[nodiscard]] std::vector<ConnectionPointer> live_connections() const;

  Context& context_;
  Random random_;
  Duration delay_min_{0};
  Duration delay_mean_{0};
  std::map<std::string, Listener> listeners_;
  std::map<Link, int> blocked_;
  /// What waits at a blocked link, in order.
  std::map<Link, std::deque<Task>> waiting_;
  std::map<std::uint64_t, std::weak_ptr<Connection>> connections_;
  std::uint64_t next_id_ = 1;
};

}  // namespace buoyant::simulation
