// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What is spoken on a client port: the part of a server that differs from program to program.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace example {

class Connection;

/// One connection's requests. Owned by its Connection; on the loop thread.
class Protocol {
 public:
  Protocol() = default;
  Protocol(const Protocol&) = delete;
  Protocol& operator=(const Protocol&) = delete;
  virtual ~Protocol() = default;

  /// The connection is there: what is to be waited for may be said (Connection::set_alarm).
  virtual void on_start() {}

  /// More bytes came.
  virtual void append(std::string_view bytes) = 0;

  /// Takes the next request, if a whole one is there and may begin now, and sees to its answer.
  /// False: it did nothing; it is asked again when bytes came or an answer was given.
  virtual bool take() = 0;

  /// Answers were written: those that wait for Connection::has_room_for_answers may go on.
  virtual void on_room() {}

  /// The time that Connection::set_alarm was told has come.
  virtual void on_alarm() {}

  /// False: more bytes are left in the socket, so that TCP slows the client down. Asked when bytes
  /// came, and when answers were written.
  [[nodiscard]] virtual bool wants_bytes() const { return true; }

  /// Bytes that were not taken as requests.
  [[nodiscard]] virtual std::size_t pending_bytes() const = 0;
};

/// What the connections of one port have in common. Must outlive the server.
class Service {
 public:
  Service() = default;
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  virtual ~Service() = default;

  /// For a new connection, which outlives it.
  virtual std::unique_ptr<Protocol> speak(Connection& connection) = 0;

  /// The answer to a client for whom there is no place.
  [[nodiscard]] virtual std::string_view too_many_clients() const = 0;
};

}  // namespace example
