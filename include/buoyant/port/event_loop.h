// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Port: the host's event loop, as one node sees it: a clock, a wake-up, one deadline.
#pragma once

#include "buoyant/base/time.h"

#include <functional>

namespace buoyant::port {

/// What one turn is told.
struct Turn {
  /// The loop's clock, read after the poll.
  Instant now;
  /// Time that the loop lost before this turn: how much later than asked for (by wake or by
  /// the armed deadline) it got to poll. Zero when it was on time. After a pause (SIGSTOP, a
  /// slow callback of the host) what lay unread in the sockets has been read before this turn.
  Duration stalled{0};
};

/// Runs turns.
class TurnHandler {
 public:
  TurnHandler() = default;
  TurnHandler(const TurnHandler&) = delete;
  TurnHandler& operator=(const TurnHandler&) = delete;

  /// One turn of the node: after the poll of a loop iteration, never inside another call.
  virtual void on_turn(const Turn& turn) noexcept = 0;

 protected:
  ~TurnHandler() = default;
};

/// One node's handle on a loop. Loop thread only.
class EventLoop {
 public:
  EventLoop() = default;
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  virtual ~EventLoop() = default;

  /// The monotonic clock, read now (not the cached time of the iteration).
  [[nodiscard]] virtual Instant now() const noexcept = 0;

  /// How much processor time the loop's thread has used: what a turn costs its host, whoever
  /// else keeps the processor busy. For metrics. An adapter that cannot tell gives the clock.
  [[nodiscard]] virtual Duration thread_time() const noexcept { return now().since_start(); }

  /// Sets who runs the turns; before the first wake or arm. The handler must live until
  /// close's callback.
  virtual void set_handler(TurnHandler& handler) noexcept = 0;

  /// Asks for one turn in this iteration of the loop, or in the next one when this one's poll
  /// is over; also before the loop runs. The loop does not sleep before it. Calls add up to
  /// one turn. Never runs it inside this call.
  virtual void wake() noexcept = 0;

  /// Asks for one turn at `deadline`, in place of any earlier deadline; Instant::never() for
  /// none. A turn that is late because the loop was held reads its sockets first.
  virtual void arm(Instant deadline) noexcept = 0;

  /// Takes the handle out of the loop: no turn runs any more; `done` runs once, from the loop,
  /// when nothing of it is left there. It may then be destroyed, also inside `done`.
  /// Requires: called once.
  virtual void close(std::function<void()> done) noexcept = 0;
};

}  // namespace buoyant::port
