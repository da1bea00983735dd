// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Example: a transport of one's own, over Unix domain sockets: for servers on one machine, whose
/// peers are who the permissions of a directory let in. An address is the path of a socket. It
/// passes the whole conformance suite, so it keeps every promise of port::Transport: handshakes
/// before frames, one connection per direction and one more for snapshots, bounded queues, events
/// never inside a call, nothing left in the loop.
///
/// What it does not do, and adapters/uv does:
///   - end a connection whose other side says no hello, or takes nothing
///   - bound how many strangers connect, and how much is read in one iteration of the loop
///   - dial with a growing delay
///
/// Copy it for a transport over something else with streams: link.cc is all that knows sockets.
#pragma once

#include "buoyant/base/result.h"
#include "buoyant/port/codec.h"
#include "buoyant/port/transport.h"
#include "examples/transport/link.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace local_transport {

struct LocalTransportOptions {
  /// Where it listens. A socket that is there is taken over: that no other server uses it is for
  /// the storage's lock to know.
  std::string path;
  /// For the handshake. Must outlive close's callback.
  buoyant::port::Codec* codec = nullptr;
  std::size_t frame_bytes_max = std::size_t{4} << 20U;
  std::size_t queue_bytes_max = std::size_t{8} << 20U;
  /// The same of a link for snapshots.
  std::size_t snapshot_queue_bytes_max = std::size_t{4} << 20U;
  std::chrono::milliseconds redial_delay{50};
};

/// Loop thread only. Destroying it without close closes it in the background.
class LocalTransport final : public buoyant::port::Transport, private LinkEvents {
 public:
  /// The loop must outlive close's callback. SIGPIPE is ignored from here on unless the host
  /// handles it.
  /// Errors: kTransportFailed.
  static buoyant::Result<std::unique_ptr<LocalTransport>> open(uv_loop_t& loop,
                                                               LocalTransportOptions options);
  ~LocalTransport() override;

  void start(buoyant::port::TransportEvents& events) noexcept override;
  void set_peers(std::vector<buoyant::port::PeerAddress> peers) noexcept override;
  void link_snapshots(buoyant::ServerId peer, bool wanted) noexcept override;
  void admit(buoyant::port::ConnectionId connection, buoyant::Refusal refusal) noexcept override;
  buoyant::port::SendResult send(buoyant::ServerId peer, buoyant::port::Channel channel,
                                 const buoyant::Frame& frame) noexcept override;
  void flush() noexcept override;
  [[nodiscard]] std::size_t queued_bytes(buoyant::ServerId peer) const noexcept override;
  [[nodiscard]] std::vector<buoyant::port::PeerLinkStatus> status() const override;
  void close(std::function<void()> done) noexcept override;

  [[nodiscard]] const std::string& path() const { return options_.path; }

 private:
  using LinkKey = buoyant::port::LinkKey;

  /// A link to a peer that is wanted, and that we dial.
  struct Dialled {
    std::string path;
    Link* link = nullptr;  ///< Null: to be dialled again.
    bool is_up = false;
    bool was_full = false;
    std::uint64_t frames_sent = 0;
    std::uint64_t bytes_sent = 0;
    std::uint64_t times_up = 0;
    const char* trouble = "not dialled yet";
    const char* reported = "";  ///< Of both purposes, on the one for requests.
  };

  /// A link that was dialled to us.
  struct Guest {
    buoyant::port::ConnectionId id;
    buoyant::Hello hello;  ///< Its server is zero before it came.
    bool is_admitted = false;

    [[nodiscard]] LinkKey key() const { return {hello.identity.server, hello.purpose}; }
  };

  /// A handle besides the links.
  template <class Uv>
  struct Handle;

  LocalTransport(uv_loop_t& loop, LocalTransportOptions options);

  void on_open(Link& link) override;
  void on_frame(Link& link, buoyant::ReceivedFrame frame) override;
  void on_written(Link& link) override;
  void on_end(Link& link, const char* why, bool is_garbage) override;

  void on_connection();
  void on_tick();
  void on_hello(Link& link, Guest& guest, const buoyant::ReceivedFrame& frame);
  void on_hello_reply(Link& link, const buoyant::ReceivedFrame& frame);
  /// Calls on_tick after this time, or earlier.
  void wake_in(std::chrono::milliseconds delay);
  void give_up(LinkKey key, const char* why, bool is_trouble);
  void keep_up(LinkKey key, std::string path);
  /// Keeps it up no more; the one after it.
  std::map<LinkKey, Dialled>::iterator forget(std::map<LinkKey, Dialled>::iterator at);
  void report(buoyant::ServerId id, const char* what);
  void end_everything(std::shared_ptr<Ending> ending);
  std::map<Link*, Guest>::iterator guest_of(buoyant::port::ConnectionId id);
  /// Whom we dialled by this link; end(): it was dialled to us.
  std::map<LinkKey, Dialled>::iterator dialled_of(const Link& link);
  [[nodiscard]] Link* link_of(buoyant::ServerId peer, buoyant::port::Channel channel) const;
  [[nodiscard]] std::size_t queue_bytes_max(buoyant::LinkPurpose purpose) const;
  [[nodiscard]] buoyant::port::SnapshotLinkStatus snapshot_status(buoyant::ServerId peer) const;

  uv_loop_t& loop_;
  LocalTransportOptions options_;
  buoyant::port::TransportEvents* events_ = nullptr;
  Handle<uv_pipe_t>* listener_;
  Handle<uv_timer_t>* timer_;
  /// What a call may not do, done by the timer.
  std::vector<std::function<void()>> later_;
  std::map<LinkKey, Dialled> dialled_;
  std::map<Link*, Guest> guests_;
  /// The newest admitted guest of each peer and purpose.
  std::map<LinkKey, Link*> newest_;
  buoyant::port::ConnectionId next_id_{1};
};

}  // namespace local_transport
