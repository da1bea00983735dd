// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One stream of frames over a Unix domain socket, in either direction of dialling.
///
/// What libuv holds frees itself in its close callback: a Link, and the other handles of a
/// transport, are let go of with close() and not touched again. They share an Ending, and with
/// the last of them it is over.
#pragma once

#include "buoyant/base/error.h"
#include "buoyant/model/frame.h"

#include <uv.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace local_transport {

class Link;

/// Calls `done` when nobody holds it any more.
struct Ending {
  explicit Ending(std::function<void()> function) : done(std::move(function)) {}

  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;

  ~Ending() {
    if (done) {
      done();
    }
  }

  std::function<void()> done;
};

/// Hears of links, always from the loop; may close any of them meanwhile.
class LinkEvents {
 public:
  LinkEvents() = default;
  LinkEvents(const LinkEvents&) = delete;
  LinkEvents& operator=(const LinkEvents&) = delete;

  /// The dialled link stands.
  virtual void on_open(Link& link) = 0;
  virtual void on_frame(Link& link, buoyant::ReceivedFrame frame) = 0;
  /// Bytes left the queue.
  virtual void on_written(Link& link) = 0;
  /// It is of no use any more: close it. `why` is static text; `is_garbage`: what came is not
  /// what a peer sends.
  virtual void on_end(Link& link, const char* why, bool is_garbage) = 0;

 protected:
  ~LinkEvents() = default;
};

/// Loop thread only.
class Link {
 public:
  Link(uv_loop_t& loop, LinkEvents& events);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// on_open or on_end follows.
  void dial(const std::string& path);

  /// Takes the link that waits in `listener`. Returns a libuv status.
  int accept(uv_pipe_t& listener);

  /// From the loop: frames that came already are given out in this call.
  void start_reading();
  void stop_reading();

  void set_body_bytes_max(std::size_t bytes) { reader_.set_body_bytes_max(bytes); }

  /// Queues a frame for the next flush.
  void queue(const buoyant::Frame& frame);
  void flush();

  /// The frame, and then on_end.
  void send_last(const buoyant::Frame& frame);

  /// Bytes that the system has not taken yet.
  [[nodiscard]] std::size_t queued_bytes() const { return queued_bytes_; }

  /// No event after this; the link is gone when the loop ran on.
  void close(std::shared_ptr<Ending> ending);

 private:
  struct Write;

  ~Link() = default;

  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&pipe_); }

  void on_read(ssize_t count);
  void deliver();

  LinkEvents* events_;  ///< Null: closing.
  uv_pipe_t pipe_{};
  uv_connect_t connect_{};
  buoyant::FrameReader reader_{buoyant::kHelloBytesMax};
  std::vector<buoyant::Bytes> unflushed_;
  std::size_t queued_bytes_ = 0;
  bool reads_ = false;
  bool ends_when_written_ = false;
  std::shared_ptr<Ending> ending_;
};

}  // namespace local_transport
