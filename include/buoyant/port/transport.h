// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Port: authenticated frames between servers.
///
/// One connection per direction: the dialler sends requests and reads replies on it. Frames of
/// one connection arrive in order or the connection ends. Loop thread only; nothing blocks;
/// events never run inside a call.
#pragma once

#include "buoyant/base/error.h"
#include "buoyant/base/time.h"
#include "buoyant/model/frame.h"
#include "buoyant/model/hello.h"
#include "buoyant/model/ids.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace buoyant::port {

/// Which of the connections with a peer.
enum class Channel : std::uint8_t {
  kRequest,        ///< The one that we dialled.
  kReply,          ///< The newest one that the peer dialled.
  kSnapshot,       ///< The one that we dialled for snapshots (§5), while link_snapshots asks for it.
  kSnapshotReply,  ///< The newest one that the peer dialled for snapshots.
};

enum class SendResult : std::uint8_t {
  kQueued,
  kNotConnected,  ///< Dropped.
  kQueueFull,     ///< Dropped; on_writable follows when there is room.
};

/// One accepted connection, never reused. Zero: none.
using ConnectionId = StrongId<struct ConnectionIdTag>;

/// Where to find a peer.
struct PeerAddress {
  ServerId id;
  std::string address;  ///< "HOST:PORT"

  friend bool operator==(const PeerAddress&, const PeerAddress&) = default;
};

struct PeerLinkStatus {
  ServerId id;
  bool connected = false;  ///< We dialled and were admitted.
  bool accepted = false;   ///< It dialled and was admitted.
  std::size_t queued_bytes = 0;
  std::uint64_t frames_sent = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t reconnects = 0;
  /// Why there is no connection: static text, "" while there is one.
  const char* trouble = "";
};

class TransportEvents {
 public:
  TransportEvents() = default;
  TransportEvents(const TransportEvents&) = delete;
  TransportEvents& operator=(const TransportEvents&) = delete;

  /// A connection came in and said hello; answer with Transport::admit, now or later (the
  /// identity may have to be stored first). Until then nothing else is read from it.
  virtual void on_hello(ConnectionId connection, const Hello& hello) noexcept = 0;

  /// What we say to peers that we dial, and in answers; asked at each handshake.
  virtual Hello make_hello(ServerId peer) noexcept = 0;

  /// The peer admitted us and said who it is; false ends the connection as refused by us.
  virtual Refusal on_hello_reply(ServerId peer, const HelloReply& reply) noexcept = 0;

  /// The connection that we dialled is ready for requests.
  virtual void on_connected(ServerId peer) noexcept = 0;

  /// The connection that we dialled ended; what was queued or unanswered on it is lost. Follows
  /// each on_connected once, also when set_peers took the peer away.
  virtual void on_disconnected(ServerId peer) noexcept = 0;

  /// The request queue, full before, has room again.
  virtual void on_writable(ServerId peer) noexcept = 0;

  /// A frame from an authenticated peer: kRequest on a connection that it dialled, kReply on
  /// ours; that is the channel on which it was sent. False: the frame is not acceptable, the
  /// transport ends this connection.
  virtual bool on_frame(ServerId peer, Channel channel, ReceivedFrame frame) noexcept = 0;

  /// Something that an operator should see once: a refused handshake, garbage on the port.
  /// `peer` may be unknown (zero). `what` has static storage; `detail` for the call only.
  virtual void on_trouble(ServerId peer, const char* what, const std::string& detail) noexcept = 0;

 protected:
  ~TransportEvents() = default;
};

class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  /// Begins to accept connections. Once. `events` must live until close's callback.
  virtual void start(TransportEvents& events) noexcept = 0;

  /// The peers to keep connections to, replacing the list before: new ones are dialled, gone
  /// ones are disconnected, changed addresses are used from the next dial on.
  virtual void set_peers(std::vector<PeerAddress> peers) noexcept = 0;

  /// Answers on_hello. kNone admits: an older connection of the same peer is closed.
  /// A connection that ended in between is ignored.
  virtual void admit(ConnectionId connection, Refusal refusal) noexcept = 0;

  /// Queues a frame; it leaves with flush(). Its pieces are shared, not copied.
  virtual SendResult send(ServerId peer, Channel channel, const Frame& frame) noexcept = 0;

  /// What was queued since the last flush leaves together: one call at the end of each turn.
  virtual void flush() noexcept = 0;

  /// Bytes of requests to this peer that were queued and not yet given to the system.
  [[nodiscard]] virtual std::size_t queued_bytes(ServerId peer) const noexcept = 0;

  [[nodiscard]] virtual std::vector<PeerLinkStatus> status() const = 0;

  /// Ends all connections. No event after this call; `done` runs once, from the loop, when
  /// nothing of it is left there.
  /// Requires: called once.
  virtual void close(std::function<void()> done) noexcept = 0;
};

}  // namespace buoyant::port
