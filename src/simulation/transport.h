// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Transport of a simulated process: frames, handshakes and redialling over the simulated
/// network, with the real codec and the real frame reader.
#pragma once

#include "buoyant/port/codec.h"
#include "buoyant/port/transport.h"
#include "simulation/draw.h"
#include "simulation/network.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::simulation {

/// Hears what a server says.
class MessageWatcher {
 public:
  MessageWatcher() = default;
  MessageWatcher(const MessageWatcher&) = delete;
  MessageWatcher& operator=(const MessageWatcher&) = delete;

  virtual void on_sent(Process& process, ServerId to, const port::Decoded& message) = 0;

 protected:
  ~MessageWatcher() = default;
};

struct TransportSettings {
  std::string address;
  std::size_t frame_bytes_max = 0;
  /// Bytes of one connection that did not arrive yet. At the bound: kQueueFull.
  std::size_t queue_bytes_max = std::size_t{1} << 20U;
  /// The same of a connection for snapshots.
  std::size_t snapshot_queue_bytes_max = std::size_t{1} << 20U;
  /// The wire versions of this server's release.
  std::uint16_t version_min = kWireVersionMin;
  std::uint16_t version_max = kWireVersionMax;
};

/// Owned by its node. Network and watcher outlive it.
class SimulatedTransport final : public port::Transport, private ConnectionOwner {
 public:
  SimulatedTransport(ProcessPointer process, Network& network, MessageWatcher& watcher,
                     port::Codec& codec, TransportSettings settings, Random random);
  ~SimulatedTransport() override;

  void start(port::TransportEvents& events) noexcept override;
  void set_peers(std::vector<port::PeerAddress> peers) noexcept override;
  void link_snapshots(ServerId peer, bool wanted) noexcept override;
  void admit(port::ConnectionId connection, Refusal refusal) noexcept override;
  port::SendResult send(ServerId peer, port::Channel channel, const Frame& frame) noexcept override;
  void flush() noexcept override;
  [[nodiscard]] std::size_t queued_bytes(ServerId peer) const noexcept override;
  [[nodiscard]] std::vector<port::PeerLinkStatus> status() const override;
  void close(std::function<void()> done) noexcept override;

  /// Null once it is destroyed.
  [[nodiscard]] const std::shared_ptr<SimulatedTransport*>& handle() const noexcept {
    return self_;
  }

 private:
  using Self = std::shared_ptr<SimulatedTransport*>;

  enum class State : std::uint8_t { kDialling, kGreeting, kAsking, kUp };

  /// Our side of a connection.
  struct Link {
    ConnectionPointer connection;
    Side side = Side::kDialler;
    port::LinkKey key;  ///< Of server zero on an accepted one before its hello.
    State state = State::kDialling;
    FrameReader reader{kHelloBytesMax};
    std::vector<std::byte> unflushed;
    std::uint16_t version_max = 0;
    bool stands_still = false;  ///< Nothing leaves for a while.
  };

  using LinkPointer = std::shared_ptr<Link>;
  using StreamSide = std::pair<std::uint64_t, Side>;

  /// A connection that we keep up.
  struct Dialled {
    std::string address;
    LinkPointer link;
    bool was_full = false;
    std::uint64_t dials = 0;
    std::uint64_t frames_sent = 0;
    std::uint64_t bytes_sent = 0;
    const char* trouble = "not dialled yet";
    /// The refusal that was reported last, of both purposes; on the one for requests.
    Refusal told = Refusal::kNone;
  };

  using Diallings = std::map<port::LinkKey, Dialled>;

  void on_open(const ConnectionPointer& connection) override;
  void on_accepted(const ConnectionPointer& connection) override;
  void on_bytes(const ConnectionPointer& connection, Side side, ByteView bytes) override;
  void on_end(const ConnectionPointer& connection, Side side, const char* why) override;

  void on_frame(const LinkPointer& link, ReceivedFrame frame);
  void on_hello(const LinkPointer& link, const ReceivedFrame& frame);
  void on_hello_reply(const LinkPointer& link, const ReceivedFrame& frame);
  void report_room(const LinkPointer& link);

  void keep_up(port::LinkKey key, std::string address);
  /// Keeps it up no more; the one after it.
  Diallings::iterator forget(Diallings::iterator at, const char* why);
  void dial(port::LinkKey key);
  void schedule_dial(port::LinkKey key, Duration delay);
  void await_handshake(const LinkPointer& link);
  /// Takes the link out and tells the other side; the event comes now or from a task.
  void end(const LinkPointer& link, const char* why, bool inside_call);
  void end_everything();
  void put(Link& link, const Frame& frame);
  void flush_link(Link& link);
  void put_with_faults(const LinkPointer& link, port::Channel channel, const Frame& frame);
  /// False: the frame is lost, and its connection with it.
  bool survives_faults_of_snapshots(const LinkPointer& link, bool lose);
  void inject_later(Duration delay, ServerId peer, port::Channel channel,
                    std::vector<std::byte> bytes);
  void watch(ServerId to, const std::vector<std::byte>& bytes);
  void post(Duration delay, std::function<void(SimulatedTransport&)> step);
  [[nodiscard]] LinkPointer link_of(ServerId peer, port::Channel channel) const;
  [[nodiscard]] port::SnapshotLinkStatus snapshot_status(ServerId peer) const;
  [[nodiscard]] std::size_t queue_bytes_max(LinkPurpose purpose) const noexcept;
  [[nodiscard]] std::size_t queued_bytes_of(Link& link) const;
  [[nodiscard]] bool is_live(const LinkPointer& link) const;

  ProcessPointer process_;
  Network& network_;
  MessageWatcher& watcher_;
  port::Codec& codec_;
  TransportSettings settings_;
  Random random_;
  Self self_;
  port::TransportEvents* events_ = nullptr;
  Diallings dialled_;
  std::map<StreamSide, LinkPointer> links_;
  /// The newest admitted connections that peers dialled.
  std::map<port::LinkKey, LinkPointer> accepted_;
};

}  // namespace buoyant::simulation
