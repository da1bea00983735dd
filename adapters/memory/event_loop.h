// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// An event loop in virtual time.
///
/// A turn runs after everything that was due when it was asked for, as on a real loop the turn
/// follows the poll: what arrives at the same instant is read first.
#pragma once

#include "adapters/memory/scheduler.h"
#include "buoyant/base/export.h"
#include "buoyant/port/event_loop.h"

#include <functional>
#include <optional>

namespace buoyant::memory {

/// One node's handle on virtual time. The scheduler must outlive it. Destroying it without
/// close takes it out of the scheduler at once.
class BUOYANT_EXPORT MemoryEventLoop final : public port::EventLoop {
 public:
  explicit MemoryEventLoop(Scheduler& scheduler) : scheduler_(scheduler) {}

  ~MemoryEventLoop() override;

  [[nodiscard]] Instant now() const noexcept override { return scheduler_.now(); }

  void set_handler(port::TurnHandler& handler) noexcept override { handler_ = &handler; }

  void wake() noexcept override;
  void arm(Instant deadline) noexcept override;
  void close(std::function<void()> done) noexcept override;

  /// The host holds the loop for `duration` from now on: no turn runs until then, and the next
  /// one says how late it is. Hold back what arrives with MemoryNetwork::stall.
  void stall(Duration duration);

 private:
  void schedule(Instant at);
  void poll();
  void run_turn();

  Scheduler& scheduler_;
  port::TurnHandler* handler_ = nullptr;
  Instant deadline_ = Instant::never();
  /// When the earliest wake that was not answered yet came.
  std::optional<Instant> woken_;
  Instant held_until_;
  /// The task that will run the turn, or look whether it is time.
  std::optional<Scheduler::Key> task_;
  bool closed_ = false;
};

}  // namespace buoyant::memory
