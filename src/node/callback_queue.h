// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Callbacks of the user that are due, and the budget of proposals that they give back.
///
/// Outcomes are noted here and told at the end of a turn, a bounded number at a time: never
/// inside a call of the user, each exactly once (X6).
#pragma once

#include "base/ring.h"
#include "buoyant/node.h"

#include <cstddef>
#include <cstdint>
#include <functional>

namespace buoyant::node {

/// Proposals that were accepted and whose callbacks did not run yet.
struct ProposalBudget {
  std::size_t proposals_max = 0;
  std::size_t bytes_max = 0;
  std::size_t proposals = 0;
  std::size_t bytes = 0;

  [[nodiscard]] bool has_room(std::size_t size) const noexcept {
    return proposals < proposals_max && size <= bytes_max && bytes <= bytes_max - size;
  }

  void take(std::size_t size) noexcept {
    proposals += 1;
    bytes += size;
  }

  void give_back(std::size_t size) noexcept {
    proposals -= 1;
    bytes -= size;
  }
};

/// An accepted proposal: who waits for it, since when and until when. Lives in one place at a time:
/// to be forwarded, forwarded, or in the log; then in the callback queue.
struct Waiting {
  ProposeDone done;
  std::size_t bytes = 0;
  Instant deadline = Instant::never();
  Instant since;
  /// Set when it is applied; never: not known here.
  Instant committed_at = Instant::never();
};

/// Owned by the engine, which outlives the turn that runs it.
class CallbackQueue {
 public:
  struct Counts {
    std::uint64_t committed = 0;
    std::uint64_t refused = 0;
    std::uint64_t unknown = 0;
  };

  CallbackQueue(ProposalBudget& budget, Latencies& latencies)
      : budget_(budget), latencies_(latencies) {}

  /// The proposal is over: its callback will run with this, and then its budget is free.
  void finish(Waiting waiting, Result<Applied> outcome);

  /// Any other callback.
  void add(std::function<void()> callback);

  [[nodiscard]] bool empty() const noexcept { return due_.empty(); }

  [[nodiscard]] std::size_t size() const noexcept { return due_.size(); }

  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

  /// Runs at most `count_max` callbacks; what they add waits for the next call if it exceeds that.
  /// `now` is when the first of them begins.
  void run(std::size_t count_max, Instant now);

 private:
  struct Due {
    Waiting waiting;
    Result<Applied> outcome;
    std::function<void()> other;
  };

  void record(const Due& due, Instant now) noexcept;

  ProposalBudget& budget_;
  Latencies& latencies_;
  Counts counts_;
  Ring<Due> due_;
};

}  // namespace buoyant::node
