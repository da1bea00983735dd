// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Turns on a borrowed uv_loop_t.
///
/// One iteration of libuv: timers, idle, prepare, poll, check. A turn always runs in the check
/// phase. What asks for it only starts an idle handle, which makes the poll before it return at
/// once:
///
///   wake(), or the timer of the deadline -> idle handle on -> poll without sleep -> check: turn
///
/// so that a wake from a timer, from another handle's callback or before uv_run is not slept
/// over, and everything that lay in the sockets was read before the turn.
///
/// **Stall guard.** libuv runs timers before it polls, so after a pause an election deadline is
/// seen while the heartbeats that would have put it off lie unread. Here the timer only asks;
/// the poll comes first. And when a callback of this very poll held the loop for longer than
/// kPollAgeMax, the turn waits for one more poll, once.
///
/// **Keeping the loop alive.** A turn that was asked for and an armed deadline keep uv_run going;
/// otherwise this handle does not: what keeps a server running is its listening socket.
/// An idle loop is never woken: there is no periodic timer.
#pragma once

#include "buoyant/base/export.h"
#include "buoyant/port/event_loop.h"

#include <uv.h>

#include <chrono>
#include <cstdint>
#include <functional>

namespace buoyant::uv {

/// One node's handle on a loop. Loop thread only; the loop must outlive the close callback.
/// Destroying it without close closes it in the background.
class BUOYANT_EXPORT UvEventLoop final : public port::EventLoop {
 public:
  explicit UvEventLoop(uv_loop_t& loop);
  ~UvEventLoop() override;

  [[nodiscard]] Instant now() const noexcept override;

  [[nodiscard]] Duration thread_time() const noexcept override;

  void set_handler(port::TurnHandler& handler) noexcept override { handler_ = &handler; }

  void wake() noexcept override;
  void arm(Instant deadline) noexcept override;
  void close(std::function<void()> done) noexcept override;

  /// How often the loop has polled: another number, another iteration.
  [[nodiscard]] std::uint64_t iteration() const noexcept { return iteration_; }

  /// A poll older than this is made again before a turn.
  static constexpr Duration kPollAgeMax = std::chrono::milliseconds(10);
  /// A turn that is late by less is on time: timers have milliseconds.
  static constexpr Duration kLateMin = std::chrono::milliseconds(10);

 private:
  /// What libuv holds; frees itself when the last handle is closed.
  struct Handles;

  void start_timer(std::int64_t milliseconds_min);
  void on_timer();
  void on_check();
  void release(std::function<void()> done);

  Handles* handles_;
  port::TurnHandler* handler_ = nullptr;
  Instant deadline_ = Instant::never();
  std::uint64_t iteration_ = 0;
  Instant woken_ = Instant::never();  ///< When the first wake since the last turn came.
  bool due_ = false;                  ///< A turn is to run after the next poll.
  bool polled_again_ = false;         ///< This turn was put off once already.
};

}  // namespace buoyant::uv
