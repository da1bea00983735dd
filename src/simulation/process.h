// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A process: one run of one server, from its start to its end or crash. Everything that reaches
/// the node goes through it, so that it can stand still, or be gone at any instruction.
#pragma once

#include "simulation/context.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>

namespace buoyant::simulation {

/// How something reaches a process; what comes first after a pause depends on it.
enum class Input : std::uint8_t {
  kTurn,     ///< The loop's turn.
  kSocket,   ///< What the sockets bring.
  kWorker,   ///< Completions of workers: storage, the state machine.
  kTeardown  ///< The end of a port: carried out even for a process that is gone.
};

/// One machine's monotonic clock: where it starts, and how fast it is.
class Clock {
 public:
  Clock() = default;

  Clock(Duration at_start, std::int64_t fast_ppm) : at_start_(at_start), fast_ppm_(fast_ppm) {}

  /// What the clock shows at a moment of simulated time.
  [[nodiscard]] Instant local(Instant at) const noexcept;

  /// The first moment at which the clock shows `local` or later.
  [[nodiscard]] Instant moment_of(Instant local) const noexcept;

 private:
  Duration at_start_{0};
  std::int64_t fast_ppm_ = 0;
};

/// Shared by its ports and by what is under way to it. One thread.
class Process : public std::enable_shared_from_this<Process> {
 public:
  Process(Context& context, ServerId server, std::uint64_t start, Clock clock)
      : context_(context), server_(server), start_(start), clock_(clock) {}

  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] Context& context() noexcept { return context_; }

  [[nodiscard]] ServerId server() const noexcept { return server_; }

  /// One for the first run of its server, and so on.
  [[nodiscard]] std::uint64_t start() const noexcept { return start_; }

  [[nodiscard]] bool is_alive() const noexcept { return alive_; }

  [[nodiscard]] bool is_paused() const noexcept { return paused_; }

  /// When its last pause ends or ended.
  [[nodiscard]] Instant paused_until() const noexcept { return paused_until_; }

  [[nodiscard]] Instant local_now() const noexcept { return clock_.local(context_.now()); }

  [[nodiscard]] const Clock& clock() const noexcept { return clock_; }

  /// Brings something to the process: when it is due and the process runs. Dropped when the
  /// process is gone by then, unless it is kTeardown.
  void post_at(Instant at, Input input, Task task);

  void post(Duration delay, Input input, Task task) {
    post_at(context_.now() + delay, input, std::move(task));
  }

  /// Stands still until `until`: what arrives meanwhile waits.
  void pause(Instant until);

  /// Goes on now.
  void unpause();

  /// Is gone from this instruction on. What its own end needs is run by run_last_rites, also
  /// what is under way or held by a pause.
  void kill() noexcept;

  /// Runs what the end needs, until nothing is left: the node's own objects are torn down by the
  /// same code as ever, but nothing of it is seen by the world.
  void run_last_rites();

 private:
  void arrive(Input input, Task task);
  void run_teardown(std::uint64_t number);
  void resume();

  Context& context_;
  ServerId server_;
  std::uint64_t start_;
  Clock clock_;
  bool alive_ = true;
  bool paused_ = false;
  Instant paused_until_;

  struct Held {
    Input input;
    Task task;
  };

  std::deque<Held> held_;
  /// Teardown that was not run yet, in the order in which it was posted.
  std::map<std::uint64_t, Task> teardown_;
  std::uint64_t next_teardown_ = 0;
  std::deque<Task> rites_;
};

using ProcessPointer = std::shared_ptr<Process>;

}  // namespace buoyant::simulation
