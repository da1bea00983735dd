// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The event loop of a simulated process: port::EventLoop on a clock that may be wrong.
#pragma once

#include "buoyant/port/event_loop.h"
#include "simulation/draw.h"
#include "simulation/process.h"

#include <functional>
#include <memory>
#include <optional>

namespace buoyant::simulation {

/// Owned by its node.
class SimulatedLoop final : public port::EventLoop {
 public:
  SimulatedLoop(ProcessPointer process, Random random);
  ~SimulatedLoop() override;

  [[nodiscard]] Instant now() const noexcept override { return process_->local_now(); }

  void set_handler(port::TurnHandler& handler) noexcept override { handler_ = &handler; }

  void wake() noexcept override;
  void arm(Instant deadline) noexcept override;
  void close(std::function<void()> done) noexcept override;

  /// Turns that were run.
  [[nodiscard]] std::uint64_t turns() const noexcept { return turns_; }

  /// Null once it is destroyed.
  [[nodiscard]] const std::shared_ptr<SimulatedLoop*>& handle() const noexcept { return self_; }

  /// One turn, asked for or not: so that a node of a process that is gone can end.
  void run_turn();

 private:
  using Self = std::shared_ptr<SimulatedLoop*>;

  void on_deadline(std::uint64_t generation);
  void schedule_turn();

  ProcessPointer process_;
  Random random_;
  Self self_;
  port::TurnHandler* handler_ = nullptr;
  Instant deadline_ = Instant::never();
  std::uint64_t generation_ = 0;  ///< Of the deadline.
  /// When the turn that is under way was asked for, on the local clock.
  std::optional<Instant> asked_;
  bool closed_ = false;
  std::uint64_t turns_ = 0;
};

}  // namespace buoyant::simulation
