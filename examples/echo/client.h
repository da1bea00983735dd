// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One client's connection: lines in, answers out in the order of the lines.
///
/// What a client can make us hold is bounded: at a bound we stop reading its socket until half
/// of it is free again, so that TCP slows it down.
#pragma once

#include "buoyant/node.h"
#include "examples/echo/answer_queue.h"
#include "examples/echo/line_reader.h"
#include "examples/echo/protocol.h"

#include <uv.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace echo {

class Client;

/// What clients share; the server.
class ClientHost {
 public:
  ClientHost() = default;
  ClientHost(const ClientHost&) = delete;
  ClientHost& operator=(const ClientHost&) = delete;

  virtual buoyant::Node& node() noexcept = 0;

  /// For the length of one read callback.
  virtual std::array<char, std::size_t{64} << 10U>& read_buffer() noexcept = 0;

  /// Wants Client::flush before the loop polls again.
  virtual void on_answers(Client& client) = 0;

  /// Nothing of it is left in the loop.
  virtual void on_closed(Client& client) = 0;

 protected:
  ~ClientHost() = default;
};

/// Shared by the server, until it is closed, and by nobody else: what may come later than that
/// holds it weakly.
class Client final : public std::enable_shared_from_this<Client> {
 public:
  /// Lines read and not answered.
  static constexpr std::size_t kRequestsMax = 4096;
  /// Bytes of lines and answers, as far as they are not written.
  static constexpr std::size_t kBytesMax = std::size_t{4} << 20U;
  /// How long we wait, after the last answer, for the client to close.
  static constexpr std::uint64_t kLingerMs = 1000;

  /// Takes the connection that waits at `listener`; null: there is none.
  static std::shared_ptr<Client> accept(uv_stream_t& listener, ClientHost& host);

  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  /// Requires: on_closed was called.
  ~Client() = default;

  void start();

  /// Writes the answers that are ready, all at once, and goes on reading when there is room.
  void flush();

  /// Answers with one line out of turn, takes no lines, closes.
  void refuse(std::string_view text);

  /// Takes no more lines; closes when everything is answered.
  void end();

  /// As end(), but does not wait for the client to close its side.
  void finish();

  /// Closes at once. More calls do nothing.
  void close();

  /// Notes that a flush is due; false: it was noted before.
  bool mark_for_flush() noexcept { return !std::exchange(is_marked_, true); }

 private:
  explicit Client(ClientHost& host) : host_(host), reader_(kLineBytesMax) {}

  void on_read(ssize_t count, const char* data);
  void on_written(int status);
  void take_lines();
  void take_line(std::string_view line);
  void answer(AnswerQueue::Ticket ticket, std::string_view text);
  void update_reading();
  void write();
  void linger();
  [[nodiscard]] bool has_room(std::size_t divisor) const noexcept;
  [[nodiscard]] uv_stream_t* stream() noexcept;

  ClientHost& host_;
  LineReader reader_;
  AnswerQueue answers_;
  std::string output_;      ///< Ready, waits for the write under way.
  std::string in_writing_;  ///< Borrowed by libuv while is_writing_.
  bool is_writing_ = false;
  bool is_reading_ = false;
  bool is_full_ = false;      ///< At a bound, until half of it is free.
  bool has_ended_ = false;    ///< No more lines are taken.
  bool peer_closed_ = false;  ///< Its end of file was read.
  bool is_lingering_ = false;
  bool is_finishing_ = false;
  bool is_closing_ = false;
  bool is_marked_ = false;
  int handles_open_ = 0;
  uv_tcp_t tcp_{};
  uv_timer_t linger_timer_{};
  uv_write_t write_request_{};
  uv_shutdown_t shutdown_request_{};
};

}  // namespace echo
