// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The connections that peers dialled to us: strangers until their hello is admitted.
///
///   greeting (a hello is expected) -> asking (on_hello was called, nothing is read) -> up
///
/// Strangers are few, may send 4 KiB and have `hello_timeout` for all of it. Of one peer and
/// purpose the newest admitted connection counts; the one before is closed.
#pragma once

#include "adapters/uv/connection.h"
#include "buoyant/model/hello.h"
#include "buoyant/port/transport.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace buoyant::uv {

struct Context;

/// Loop thread only.
class Inbound {
 public:
  explicit Inbound(Context& context) : context_(context) {}

  /// Takes a connection that was just accepted, or closes it when there are too many.
  void add(Connection::Pointer connection);

  void admit(port::ConnectionId id, Refusal refusal);

  [[nodiscard]] bool has(port::LinkKey link) const { return newest_.contains(link); }

  /// Sends on the newest connection that the peer dialled for this purpose.
  port::SendResult send(port::LinkKey link, const Frame& frame);

  /// Ends all connections, without events.
  void retire();

 private:
  class Session;

  void end(Session& session);

  Context& context_;
  std::map<port::ConnectionId, std::shared_ptr<Session>> sessions_;
  std::map<port::LinkKey, Session*> newest_;
  /// Strangers by host.
  std::map<std::string, std::size_t> strangers_;
  std::size_t strangers_count_ = 0;
  port::ConnectionId next_id_{1};
};

}  // namespace buoyant::uv
