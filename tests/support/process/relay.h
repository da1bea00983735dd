// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A wire between two servers that can be cut: it takes connections and carries their bytes to
/// another port, until it is told otherwise.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <thread>
#include <vector>

namespace buoyant::process {

/// Some wires, served by one thread of their own. All calls from one other thread.
class Relays {
 public:
  Relays();
  Relays(const Relays&) = delete;
  Relays& operator=(const Relays&) = delete;
  ~Relays();

  /// A new wire from one port of 127.0.0.1 to another, whole.
  /// Requires: `port` is free; start() was not called.
  void add(std::uint16_t port, std::uint16_t target);

  void start();

  /// How a wire is: whole; broken: connections end and new ones end at once; silent: all stay
  /// open and nothing comes through, as when a cable is pulled.
  enum class Wire : std::uint8_t { kWhole, kBroken, kSilent };

  /// Requires: there is a wire at `port`.
  void set(std::uint16_t port, Wire wire);

  /// How many bytes per second a wire carries at most, each connection and direction; 0: as many
  /// as it can. Requires: there is a wire at `port`.
  void limit(std::uint16_t port, std::uint64_t bytes_per_second);

 private:
  struct Line;
  struct Connection;

  void run();
  void step();
  void accept_one(Line& line);
  static bool carry(Connection& connection);
  Line& line_at(std::uint16_t port);

  std::vector<std::unique_ptr<Line>> lines_;
  std::list<Connection> connections_;
  std::atomic<bool> is_stopping_{false};
  std::thread thread_;
};

}  // namespace buoyant::process
