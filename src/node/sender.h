// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Messages of the core on their way out: those that promise something leave when the write
/// behind the promise is durable.
///
/// Messages are unreliable, so what waits is bounded by forgetting: a newer message of the same
/// kind and term to the same peer replaces the older one, and beyond the bound per peer the
/// oldest goes. What the transport does not take is dropped; Raft repeats what matters.
#pragma once

#include "buoyant/core/ready.h"
#include "buoyant/port/codec.h"
#include "buoyant/port/transport.h"

#include <cstddef>
#include <list>

namespace buoyant::node {

/// Owned by the engine. Write ids are those of the storage, not those of one core.
class Sender {
 public:
  Sender(port::Codec& codec, port::Transport& transport, std::size_t held_per_peer_max)
      : codec_(codec), transport_(transport), held_per_peer_max_(held_per_peer_max) {}

  /// Sends the message, or holds it until `after` is durable.
  void post(core::Envelope envelope, WriteId after, WriteId durable);

  /// Sends everything that waited for writes through `durable`, in the order of the writes.
  void release(WriteId durable);

  /// Nothing held will ever leave.
  void clear() noexcept { held_.clear(); }

  [[nodiscard]] std::size_t held() const noexcept { return held_.size(); }

 private:
  struct Held {
    WriteId after;
    ServerId to;
    Message message;
  };

  void send(ServerId to, const Message& message);
  void hold(Held held);

  port::Codec& codec_;
  port::Transport& transport_;
  std::size_t held_per_peer_max_;
  std::list<Held> held_;  ///< `after` ascends.
};

/// Which of the two connections with the receiver a message takes.
port::Channel channel_of(const PeerMessage& message) noexcept;

}  // namespace buoyant::node
