// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One client's connection: requests in, answers out in the order of the requests.
///
/// What a client can make us hold is bounded: at a bound we stop reading its socket until half
/// of it is free again, so that TCP slows it down. Answers that are much longer than what was
/// asked may still come for the requests that were taken: who lets too many of those pile up, a
/// client that takes no answers, and one that never ends a request that it began, are closed.
#pragma once

#include "examples/common/answer_queue.h"
#include "examples/common/protocol.h"
#include "examples/common/server_limits.h"

#include <uv.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace example {

class Connection;

/// What clients share; the server.
class ConnectionHost {
 public:
  ConnectionHost() = default;
  ConnectionHost(const ConnectionHost&) = delete;
  ConnectionHost& operator=(const ConnectionHost&) = delete;

  virtual Service& service() noexcept = 0;

  [[nodiscard]] virtual const ServerLimits& limits() const noexcept = 0;

  /// For the length of one read callback.
  virtual std::array<char, std::size_t{64} << 10U>& read_buffer() noexcept = 0;

  /// Wants Connection::flush before the loop polls again.
  virtual void on_answers(Connection& client) = 0;

  /// What Connection::held_bytes gives is another number. The host may close any client.
  virtual void on_held(std::size_t bytes_before, std::size_t bytes_now) = 0;

  /// Nothing of it is left in the loop.
  virtual void on_closed(Connection& client) = 0;

 protected:
  ~ConnectionHost() = default;
};

/// Shared by the server, until it is closed, and by nobody else: what may come later than that
/// holds it weakly.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  /// Requests taken and not answered.
  static constexpr std::size_t kRequestsMax = 4096;
  /// Bytes of requests and answers, as far as they are not written.
  static constexpr std::size_t kBytesMax = std::size_t{4} << 20U;
  /// The same, at which it is closed.
  static constexpr std::size_t kBytesHardMax = std::size_t{16} << 20U;
  /// How long we wait, after the last answer, for the client to close.
  static constexpr std::uint64_t kLingerMs = 1000;

  /// Takes the connection that waits at `listener`; null: there is none.
  static std::shared_ptr<Connection> accept(uv_stream_t& listener, ConnectionHost& host);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  /// Requires: on_closed was called.
  ~Connection() = default;

  void start();

  /// Writes the answers that are ready, all at once, and goes on with requests when there is room.
  void flush();

  /// Answers with one more text, takes no more requests, closes.
  void refuse(std::string_view text);

  /// Takes no more requests; closes when everything is answered.
  void end();

  /// As end(), but does not wait for the client to close its side.
  void finish();

  /// Closes at once. More calls do nothing.
  void close();

  /// A place for the answer to a request that holds about this much memory.
  AnswerQueue::Ticket open(std::size_t bytes) { return answers_.open(bytes); }

  /// Requires: once per ticket.
  void answer(AnswerQueue::Ticket ticket, std::string_view text);

  /// Has Protocol::on_alarm called once, at this time of the loop's clock, instead of at the time
  /// that was set before. Not after the connection was closed.
  void set_alarm(std::uint64_t at_ms);

  /// Answers that wait may be given: those before them are few bytes.
  [[nodiscard]] bool has_room_for_answers() const noexcept {
    return answers_.filled_bytes() + output_.size() + in_writing_.size() < kBytesMax;
  }

  /// Nothing is being written, and nothing can be.
  [[nodiscard]] bool is_idle() const noexcept { return output_.empty() && !is_writing_; }

  /// Memory of requests and answers, as far as it counts against the bound of all clients.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return held_; }

  /// The loop's clock.
  [[nodiscard]] std::uint64_t now_ms() const noexcept { return uv_now(tcp_.loop); }

  /// No more requests are taken.
  [[nodiscard]] bool has_ended() const noexcept { return has_ended_; }

  /// Notes that a flush is due; false: it was noted before.
  bool mark_for_flush() noexcept { return !std::exchange(is_marked_, true); }

 private:
  explicit Connection(ConnectionHost& host);

  void on_read(ssize_t count, const char* data);
  void on_written(int status);
  void take_requests();
  void look_for_a_stall();
  void look_for_half_a_request();
  void account();
  void update_reading();
  void write();
  void linger();
  [[nodiscard]] bool has_room(std::size_t divisor) const noexcept;
  [[nodiscard]] uv_stream_t* stream() noexcept;

  ConnectionHost& host_;
  std::unique_ptr<Protocol> protocol_;
  AnswerQueue answers_;
  std::string output_;      ///< Ready, waits for the write under way.
  std::string in_writing_;  ///< Borrowed by libuv while is_writing_.
  bool is_writing_ = false;
  bool is_reading_ = false;
  bool is_full_ = false;      ///< At a bound, until half of it is free.
  bool has_ended_ = false;    ///< No more requests are taken.
  bool peer_closed_ = false;  ///< Its end of file was read.
  bool is_lingering_ = false;
  bool is_finishing_ = false;
  bool is_closing_ = false;
  bool is_marked_ = false;
  int handles_open_ = 0;
  std::size_t held_ = 0;  ///< As the host knows it.
  uv_tcp_t tcp_{};
  std::size_t unwritten_ = 0;  ///< When the timer was started for a write.
  uv_timer_t patience_{};      ///< For a write, later for the client to close.
  uv_timer_t half_{};          ///< For the rest of a request.
  uv_timer_t alarm_{};         ///< Of the protocol.
  uv_write_t write_request_{};
  uv_shutdown_t shutdown_request_{};
};

}  // namespace example
