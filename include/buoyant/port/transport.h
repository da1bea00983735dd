// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Port: authenticated frames between servers.
///
/// One connection per direction: the dialler sends requests and reads replies on it. Snapshots
/// (§5) have a second one, dialled only while it is wanted, so that megabytes of them hold up
/// neither heartbeats nor entries. The two live and end apart: nothing that happens to one
/// changes the other. Frames of one connection arrive in order or the connection ends. Loop
/// thread only; nothing blocks; events never run inside a call.
#pragma once

#include "buoyant/base/error.h"
#include "buoyant/base/time.h"
#include "buoyant/model/frame.h"
#include "buoyant/model/hello.h"
#include "buoyant/model/ids.h"

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::port {

/// Which of the connections with a peer.
enum class Channel : std::uint8_t {
  kRequest,   ///< The one that we dialled.
  kReply,     ///< The newest one that the peer dialled.
  kSnapshot,  ///< The one that we dialled for snapshots (§5), while link_snapshots asks for it.
  kSnapshotReply,  ///< The newest one that the peer dialled for snapshots.
};

/// What the connection behind a channel is for.
constexpr LinkPurpose purpose_of(Channel channel) noexcept {
  return channel == Channel::kSnapshot || channel == Channel::kSnapshotReply
             ? LinkPurpose::kSnapshots
             : LinkPurpose::kRequests;
}

/// True: on the connection that the sender dialled; false: on one that was dialled to it.
constexpr bool is_dialled(Channel channel) noexcept {
  return channel == Channel::kRequest || channel == Channel::kSnapshot;
}

/// A peer's connections in one direction: one of each purpose.
struct LinkKey {
  ServerId peer;
  LinkPurpose purpose = LinkPurpose::kRequests;

  friend auto operator<=>(const LinkKey&, const LinkKey&) = default;
};

/// The channel of what the dialler of such a connection sends.
constexpr Channel request_channel(LinkPurpose purpose) noexcept {
  return purpose == LinkPurpose::kSnapshots ? Channel::kSnapshot : Channel::kRequest;
}

/// The channel of what the other side sends on it.
constexpr Channel reply_channel(LinkPurpose purpose) noexcept {
  return purpose == LinkPurpose::kSnapshots ? Channel::kSnapshotReply : Channel::kReply;
}

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

/// The connections with one peer that are for snapshots.
struct SnapshotLinkStatus {
  bool wanted = false;     ///< link_snapshots asked for it.
  bool connected = false;  ///< We dialled and were admitted.
  bool accepted = false;   ///< It dialled and was admitted.
  std::size_t queued_bytes = 0;
  std::uint64_t frames_sent = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t reconnects = 0;
  /// Why there is no connection although it is wanted: static text, else "".
  const char* trouble = "";
};

/// The connections with one peer; what is said outside of `snapshots` is of the requests.
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
  SnapshotLinkStatus snapshots;
};

/// What the transport as a whole has seen.
struct TransportStatus {
  /// When what proves who we are (StreamSecurity) expires; none: all is in the clear.
  std::optional<std::chrono::system_clock::time_point> secure_until;
  /// How often each trouble and each refusal happened, told or not. Static texts: they are few.
  std::map<std::string_view, std::uint64_t> troubles;
};

class TransportEvents {
 public:
  TransportEvents() = default;
  TransportEvents(const TransportEvents&) = delete;
  TransportEvents& operator=(const TransportEvents&) = delete;

  /// A connection came in and said hello; answer with Transport::admit, now or later (the
  /// identity may have to be stored first). Until then nothing else is read from it. Its purpose
  /// is in the hello; who may connect does not depend on it.
  virtual void on_hello(ConnectionId connection, const Hello& hello) noexcept = 0;

  /// What we say to peers that we dial, and in answers, then inside Transport::admit; asked at
  /// each handshake. The transport sets `expected` and `purpose`.
  virtual Hello make_hello(ServerId peer) noexcept = 0;

  /// The peer admitted us and said who it is; false ends the connection as refused by us.
  virtual Refusal on_hello_reply(ServerId peer, const HelloReply& reply) noexcept = 0;

  /// The peer did not admit us; told at each attempt. The connection is over.
  virtual void on_refused(ServerId peer, const HelloReply& reply) noexcept {
    (void)peer;
    (void)reply;
  }

  /// The connection that we dialled is ready for requests.
  virtual void on_connected(ServerId peer) noexcept = 0;

  /// The connection that we dialled ended; what was queued or unanswered on it is lost. Follows
  /// each on_connected once, also when set_peers took the peer away.
  virtual void on_disconnected(ServerId peer) noexcept = 0;

  /// The request queue, full before, has room again.
  virtual void on_writable(ServerId peer) noexcept = 0;

  /// The connection that link_snapshots asked for is ready. A host that never asks need not listen.
  virtual void on_snapshot_connected(ServerId peer) noexcept { (void)peer; }

  /// It ended; what was queued or unanswered on it is lost. Follows each on_snapshot_connected
  /// once, also when it is not wanted any more or set_peers took the peer away. It is dialled
  /// again for as long as it is wanted.
  virtual void on_snapshot_disconnected(ServerId peer) noexcept { (void)peer; }

  /// The queue of kSnapshot, full before, has room again.
  virtual void on_snapshot_writable(ServerId peer) noexcept { (void)peer; }

  /// A frame from an authenticated peer, with the channel on which it was sent: kRequest and
  /// kSnapshot on connections that it dialled, kReply and kSnapshotReply on ours. Which messages
  /// belong on which is for the host to check. False: the frame is not acceptable, the transport
  /// ends this connection.
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
  /// ones are disconnected (also for snapshots, which are not wanted any more when the peer comes
  /// back), changed addresses are used from the next dial on.
  virtual void set_peers(std::vector<PeerAddress> peers) noexcept = 0;

  /// Whether a connection for snapshots is kept to a peer of the list: dialled now and, after a
  /// growing delay, again whenever it ends. Not wanted any more, it ends, with what is queued. The
  /// same twice changes nothing. A peer that is not in the list is ignored, and so is the call
  /// before start and after close.
  virtual void link_snapshots(ServerId peer, bool wanted) noexcept = 0;

  /// Answers on_hello. kNone admits: an older connection of the same peer and purpose is closed.
  /// A connection that ended in between is ignored.
  virtual void admit(ConnectionId connection, Refusal refusal) noexcept = 0;

  /// Queues a frame; it leaves with flush(). Its pieces are shared, not copied. The connections of
  /// requests and of snapshots have each a bound of their own.
  virtual SendResult send(ServerId peer, Channel channel, const Frame& frame) noexcept = 0;

  /// What was queued since the last flush leaves together: one call at the end of each turn.
  virtual void flush() noexcept = 0;

  /// Bytes of requests to this peer that were queued and not yet given to the system.
  [[nodiscard]] virtual std::size_t queued_bytes(ServerId peer) const noexcept = 0;

  [[nodiscard]] virtual std::vector<PeerLinkStatus> status() const = 0;

  /// Of all connections together. A transport that counts nothing need not have it.
  [[nodiscard]] virtual TransportStatus totals() const { return {}; }

  /// Ends all connections. No event after this call; `done` runs once, from the loop, when
  /// nothing of it is left there.
  /// Requires: called once.
  virtual void close(std::function<void()> done) noexcept = 0;
};

/// For transports: the event of a connection of this purpose.
inline void tell_connected(TransportEvents& events, LinkKey link) noexcept {
  link.purpose == LinkPurpose::kSnapshots ? events.on_snapshot_connected(link.peer)
                                          : events.on_connected(link.peer);
}

inline void tell_disconnected(TransportEvents& events, LinkKey link) noexcept {
  link.purpose == LinkPurpose::kSnapshots ? events.on_snapshot_disconnected(link.peer)
                                          : events.on_disconnected(link.peer);
}

inline void tell_writable(TransportEvents& events, LinkKey link) noexcept {
  link.purpose == LinkPurpose::kSnapshots ? events.on_snapshot_writable(link.peer)
                                          : events.on_writable(link.peer);
}

}  // namespace buoyant::port
