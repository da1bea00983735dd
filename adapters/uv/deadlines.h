// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The timers and posted calls of one transport, on one UvEventLoop: they run after a poll, so
/// that after a pause of the loop a deadline first sees what came in (HAZARDS: stall guard).
#pragma once

#include "adapters/uv/event_loop.h"

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace buoyant::uv {

/// Loop thread only. Its timers must not outlive it.
class Deadlines final : private port::TurnHandler {
  using Key = std::pair<Instant, std::uint64_t>;

 public:
  using Call = std::function<void()>;

  /// At most one call that is to come; destroying it takes the call back.
  class Timer {
   public:
    explicit Timer(Deadlines& deadlines) : deadlines_(deadlines) {}

    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    ~Timer() { cancel(); }

    /// Runs `call` after `delay`, never inside this; replaces a call that was to come.
    void start(Duration delay, Call call);

    /// Runs `call` in this iteration of the loop, or the next one.
    void post(Call call);

    void cancel();

    [[nodiscard]] bool is_active() const noexcept { return key_.second != 0; }

   private:
    friend class Deadlines;

    Deadlines& deadlines_;
    Key key_;
  };

  explicit Deadlines(uv_loop_t& loop);

  [[nodiscard]] Instant now() const noexcept { return loop_.now(); }

  /// Another number, another iteration of the loop.
  [[nodiscard]] std::uint64_t iteration() const noexcept { return loop_.iteration(); }

  /// Runs `call` once, in this iteration of the loop or the next one; dropped at close.
  void post(Call call);

  /// No call runs any more. `done`: nothing of it is left in the loop.
  void close(std::function<void()> done);

 private:
  struct Entry {
    Call call;
    Timer* timer = nullptr;
  };

  void on_turn(const port::Turn& turn) noexcept override;
  Key add(Instant at, Entry entry);

  UvEventLoop loop_;
  std::map<Key, Entry> entries_;
  std::uint64_t next_sequence_ = 1;
  bool closed_ = false;
};

}  // namespace buoyant::uv
