// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One TCP stream of frames: reading them, and writing what waits.
///
/// **Writing.** Frames are queued; flush() writes what waits with writev, at once if the kernel
/// takes it, which costs neither a request nor another iteration of the loop. For what it does
/// not take there is one uv_write in flight at a time (libuv 1.44 completes one per iteration).
/// A peer that takes nothing for `peer_stall` ends the connection, and no other.
///
/// **Reading.** libuv reads up to 32 times per readiness, for as long as the buffer is filled.
/// The buffers that it gets add up to `receive_bytes_per_turn`; then reading pauses until the
/// loop's next iteration, so that no connection holds the loop and all of them get on.
///
/// A frame that takes too long to come ends the connection, too.
///
/// **Security.** With TransportOptions::security the same frames, queue, budgets and stall watch
/// work over a SecureStream (connection_security.cc): what leaves is its output, of what comes
/// plaintext is taken when the reader has room for it. Nothing is sent or delivered before its
/// handshake is over, the steps of which wait in the HandshakeLine, with at most 4 KiB received.
///
/// **Lifetime.** A Connection is held by a Connection::Pointer; letting go of it closes the
/// socket. What libuv calls back frees itself in the close callback. No event comes after that.
#pragma once

#include "adapters/uv/deadlines.h"
#include "adapters/uv/handshake_line.h"
#include "adapters/uv/write_queue.h"
#include "buoyant/model/frame.h"
#include "buoyant/port/stream_security.h"
#include "buoyant/port/transport.h"

#include <uv.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace buoyant::uv {

struct Context;
struct TransportOptions;

/// The bounds of one connection, see TransportOptions.
struct ConnectionLimits {
  std::size_t queue_bytes_max = 0;
  std::size_t receive_bytes_per_turn = 0;
  std::size_t send_bytes_per_turn = 0;
  Duration stall{0};
};

ConnectionLimits limits_of(const TransportOptions& options, LinkPurpose purpose);

/// Hears of one connection. May let go of the connection in any event.
class ConnectionEvents {
 public:
  ConnectionEvents() = default;
  ConnectionEvents(const ConnectionEvents&) = delete;
  ConnectionEvents& operator=(const ConnectionEvents&) = delete;

  /// The dialled connection stands, and is secure if it is to be.
  virtual void on_open() = 0;
  virtual void on_frame(ReceivedFrame frame) = 0;
  /// The queue, full before, has room again.
  virtual void on_room() = 0;
  /// It is of no use any more; let go of it. `error` has kMalformed, kTooLarge or
  /// kUnsupportedVersion when the other side sent what is no frame; also these, kWrongIdentity and
  /// kWrongCluster when the two sides came to no secure connection.
  virtual void on_end(Error error) = 0;

 protected:
  ~ConnectionEvents() = default;
};

/// Loop thread only.
class Connection {
 public:
  struct Close {
    void operator()(Connection* connection) const noexcept { connection->close(); }
  };

  using Pointer = std::unique_ptr<Connection, Close>;

  /// `context` must outlive its close callback.
  static Pointer create(Context& context);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Who hears of it from now on.
  void set_events(ConnectionEvents& events) noexcept { events_ = &events; }

  /// What it is for, and so its limits; before that: those of requests.
  void set_purpose(LinkPurpose purpose);

  /// Takes the connection that waits in `listener`. Returns a libuv status.
  int accept(uv_stream_t& listener);

  /// Dials; on_open or on_end follows. Nobody else than `expected` will do, if it is secure.
  void dial(const sockaddr_storage& address, ServerId expected);

  void set_body_bytes_max(std::size_t bytes) noexcept { reader_.set_body_bytes_max(bytes); }

  /// Reads from now on; frames follow, never inside this call.
  void start_reading();

  /// No frame follows before start_reading.
  void stop_reading();

  /// Queues a frame for the next flush.
  port::SendResult send(const Frame& frame);

  /// Writes a frame of the handshake at once, whatever is queued.
  void send_now(const Frame& frame);

  /// Writes what was queued. For the owner of Context::unflushed, which takes this off it.
  void flush();

  /// Bytes that were not given to the system yet.
  [[nodiscard]] std::size_t queued_bytes() const noexcept;

  /// Who the other side has proved to be; none: it is not secure, or not yet.
  [[nodiscard]] ServerId proven_peer() const noexcept;

  /// The secure handshake is to come or under way.
  [[nodiscard]] bool is_securing() const noexcept;

  /// The other side's address. Empty family: it is gone already.
  [[nodiscard]] sockaddr_storage remote() const noexcept;

 private:
  explicit Connection(Context& context);
  ~Connection() = default;

  void close();
  int configure_socket();
  /// Does nothing before there is a socket.
  void limit_unacknowledged_time();
  [[nodiscard]] bool is_connected_to_itself() const;
  void on_dialled(int status);
  void resume_reading();
  void on_alloc(uv_buf_t& buffer);
  void on_read(ssize_t count);
  void deliver();
  /// Takes plaintext into the reader; false: there is none.
  bool refill();
  [[nodiscard]] bool wants_to_read() const noexcept;
  [[nodiscard]] std::span<std::byte> ciphertext_target() const;
  void on_ciphertext(std::size_t count);
  /// The next step of the secure handshake waits in line.
  void await_handshake_step();
  void on_handshake_step();
  /// After plaintext was taken: ends it if that failed, and sends what has to be said.
  void look_at_security();
  void on_stream_end(int status);
  void say_farewell();
  /// Encrypts what is queued, as much as there is room for.
  void seal();
  void write();
  [[nodiscard]] bool has_output();
  [[nodiscard]] std::span<uv_buf_t> output(std::span<uv_buf_t> space, std::size_t bytes_max) const;
  void consume_output(std::size_t bytes);
  void write_rest(std::span<uv_buf_t> buffers);
  void on_written(int status);
  void watch_progress();
  void check_room();
  /// While a frame has begun: looks later whether it is still the same.
  void watch_frame();
  /// Ends it from a callback of the loop.
  void end(Error error);
  /// Ends it from inside a call.
  void end_later(Error error);

  Context& context_;
  ConnectionLimits limits_;
  ConnectionEvents* events_ = nullptr;  ///< Null: closing.
  uv_tcp_t tcp_{};
  uv_connect_t connect_{};
  uv_write_t write_{};
  FrameReader reader_;
  WriteQueue queue_;
  /// Null: in the clear, or the first step of the handshake is to come.
  std::unique_ptr<port::SecureStream> secure_;
  HandshakeLine::Place handshake_;
  std::vector<std::byte> held_;  ///< Received for the handshake step that waits.
  ServerId expected_;            ///< Whom we dialled; none: we were dialled.
  std::size_t in_flight_ = 0;    ///< Bytes of the output that a uv_write has.
  std::size_t progress_ = 0;     ///< What of them was left at the last look.
  std::size_t read_this_turn_ = 0;
  std::uint64_t read_iteration_ = 0;  ///< The one in which so much was read.
  std::uint64_t frames_ = 0;          ///< Complete ones so far.
  bool closing_ = false;
  bool reads_ = false;
  bool was_full_ = false;
  bool is_unflushed_ = false;
  Deadlines::Timer reading_;  ///< Resumes reading in the next iteration.
  Deadlines::Timer writing_;  ///< Goes on writing in the next iteration.
  Deadlines::Timer stall_;
  Deadlines::Timer frame_;
  Deadlines::Timer room_;
  Deadlines::Timer end_;
};

}  // namespace buoyant::uv
