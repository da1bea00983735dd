// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Where secure handshakes wait for the processor: a signature or the check of a chain takes up
/// to a millisecond of the loop's thread.
///
/// One step of one handshake runs in an iteration of the loop, so that they never add up to a
/// pause. Handshakes that others begin with us also cost a token each; so many tokens come per
/// second, and a second's worth of them is kept. Who finds none waits, in the order in which they
/// came; the time to a hello (TransportOptions::hello_timeout) runs on, and ends those for whom
/// there is none in time.
#pragma once

#include "adapters/uv/deadlines.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>

namespace buoyant::uv {

/// Loop thread only. Its places must not outlive it.
class HandshakeLine {
 public:
  using Call = std::function<void()>;

  /// kBegun: one that we began, or that has its token.
  enum class Kind : std::uint8_t { kBegun, kStrangers };

  /// At most one step that waits; destroying it takes it back.
  class Place {
   public:
    explicit Place(HandshakeLine& line) : line_(line) {}

    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    ~Place() { cancel(); }

    /// Runs `step` when it is its turn, never inside this. Requires: nothing waits here.
    void wait(Kind kind, Call step);

    void cancel();

   private:
    friend class HandshakeLine;

    HandshakeLine& line_;
    Kind kind_ = Kind::kBegun;
    std::uint64_t number_ = 0;  ///< 0: nothing waits.
  };

  /// Requires: per_second > 0.
  HandshakeLine(Deadlines& deadlines, std::uint32_t per_second);

 private:
  struct Step {
    Call call;
    Place* place = nullptr;
  };

  using Steps = std::map<std::uint64_t, Step>;

  Steps& steps(Kind kind) { return kind == Kind::kBegun ? begun_ : strangers_; }

  void take_tokens();
  /// Runs one step.
  void serve();
  void arm();

  Deadlines& deadlines_;
  const std::uint32_t per_second_;
  const Duration interval_;  ///< Between two tokens.
  std::uint32_t tokens_;
  Instant counted_;  ///< Until when tokens were given out.
  Steps begun_;
  Steps strangers_;
  std::uint64_t next_number_ = 1;
  Deadlines::Timer turn_;
};

}  // namespace buoyant::uv
