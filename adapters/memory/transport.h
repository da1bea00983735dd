// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A transport over a network in virtual time. Frames cross it as bytes: they are read back by
/// a FrameReader, so that a receiver gets slices of a buffer of its own.
#pragma once

#include "adapters/memory/network.h"
#include "buoyant/base/export.h"
#include "buoyant/port/transport.h"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::memory {

struct TransportOptions {
  ServerId id;
  /// What peers dial; any text.
  std::string address;
  /// The largest body of a frame from an authenticated peer.
  std::size_t frame_bytes_max = std::size_t{4} << 20U;
  /// Bytes that were sent on one connection and did not arrive yet. At the bound: kQueueFull.
  std::size_t queue_bytes_max = std::size_t{8} << 20U;
  /// The same of a connection for snapshots.
  std::size_t snapshot_queue_bytes_max = std::size_t{4} << 20U;
  /// How long after a failure the next dial is made.
  Duration redial_delay = std::chrono::milliseconds(50);
};

/// The network must outlive it. Destroying it without close ends its connections at once, as
/// when its process dies.
class BUOYANT_EXPORT MemoryTransport final : public port::Transport, private StreamReceiver {
 public:
  MemoryTransport(MemoryNetwork& network, TransportOptions options);
  ~MemoryTransport() override;

  /// Requires: nobody else listens at the address.
  void start(port::TransportEvents& events) noexcept override;
  void set_peers(std::vector<port::PeerAddress> peers) noexcept override;
  void link_snapshots(ServerId peer, bool wanted) noexcept override;
  void admit(port::ConnectionId connection, Refusal refusal) noexcept override;
  port::SendResult send(ServerId peer, port::Channel channel, const Frame& frame) noexcept override;
  void flush() noexcept override;
  [[nodiscard]] std::size_t queued_bytes(ServerId peer) const noexcept override;
  [[nodiscard]] std::vector<port::PeerLinkStatus> status() const override;
  void close(std::function<void()> done) noexcept override;

 private:
  using StreamPointer = std::shared_ptr<MemoryStream>;

  /// Our side of a stream.
  struct Connection {
    Connection(StreamPointer its_stream, Side its_side, port::LinkKey its_link)
        : stream(std::move(its_stream)), side(its_side), link(its_link) {}

    StreamPointer stream;
    Side side;
    port::LinkKey link;  ///< Peer zero on an accepted one before its hello.
    FrameReader reader{kHelloBytesMax};
    std::vector<std::byte> unflushed;
    std::optional<Hello> hello;  ///< Of an accepted one.
    bool ready = false;          ///< The handshake is over.
  };

  /// A connection that we keep up.
  struct Dialled {
    std::string address;
    std::shared_ptr<Connection> connection;
    std::optional<Scheduler::Key> redial;
    bool was_full = false;
    std::uint64_t frames_sent = 0;
    std::uint64_t bytes_sent = 0;
    std::uint64_t dials = 0;
    const char* trouble = "not dialled yet";
    const char* reported = "";  ///< Of both purposes, on the one for requests.
  };

  using Diallings = std::map<port::LinkKey, Dialled>;
  using ConnectionPointer = std::shared_ptr<Connection>;
  using ConnectionKey = std::pair<port::ConnectionId, Side>;

  void on_dialled(const StreamPointer& stream) override;
  void on_arrival(const StreamPointer& stream, Side side, StreamItem item) override;

  void on_hello(const ConnectionPointer& connection, const Hello& hello);
  void on_hello_reply(const ConnectionPointer& connection, const HelloReply& reply);
  void on_bytes(const ConnectionPointer& connection, ByteView bytes);
  void report_writable(const ConnectionPointer& connection);

  void dial(port::LinkKey link);
  void schedule_dial(port::LinkKey link, Duration delay);
  void keep_up(port::LinkKey link, std::string address);
  /// Keeps it up no more; the link after it.
  Diallings::iterator forget(Diallings::iterator at, const char* why);
  /// Takes the connection out and tells the other side; the event comes now or from a task.
  void end(const ConnectionPointer& connection, const char* why, bool inside_call);
  void report_trouble(ServerId peer, const char* what);
  void post_event(std::function<void(port::TransportEvents&)> event);
  void end_everything();
  [[nodiscard]] ConnectionPointer connection_of(ServerId peer, port::Channel channel) const;
  [[nodiscard]] port::SnapshotLinkStatus snapshot_status(ServerId peer) const;
  [[nodiscard]] std::size_t queue_bytes_max(LinkPurpose purpose) const noexcept;
  [[nodiscard]] std::size_t queued_bytes(Connection& connection) const;
  [[nodiscard]] bool is_live(const ConnectionPointer& connection) const;

  MemoryNetwork& network_;
  TransportOptions options_;
  port::TransportEvents* events_ = nullptr;
  Diallings dialled_;
  std::map<ConnectionKey, ConnectionPointer> connections_;
  /// The newest admitted connections that peers dialled.
  std::map<port::LinkKey, ConnectionPointer> accepted_;
  /// Lets tasks find out that this is gone.
  std::shared_ptr<MemoryTransport*> self_;
};

}  // namespace buoyant::memory
