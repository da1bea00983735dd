// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/lease.h"

#include "core/quorum.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace buoyant::core {

namespace {

/// Rounds that start closer together than this part of an election timeout share the time of the
/// first: it is earlier, so the lease is shorter.
constexpr int kRoundsPerTimeout = 32;

}  // namespace

std::uint32_t lease_promise_ms(const State& state) noexcept {
  if (!state.options.lease_reads) {
    return 0;
  }
  // At most an hour, see validate().
  const auto whole =
      std::chrono::duration_cast<std::chrono::milliseconds>(state.options.election_timeout);
  return static_cast<std::uint32_t>(whole.count());
}

void promise(State& state, ServerId leader) noexcept {
  if (state.options.lease_reads) {
    state.promise = {.to = leader, .until = state.now + state.options.election_timeout};
  }
}

bool is_promised_to_another(const State& state, ServerId candidate) noexcept {
  // The leader itself may campaign again: then it leads no more, and its lease is void.
  return state.now < state.promise.until && candidate != state.promise.to;
}

void promise_as_restarted(State& state) noexcept {
  // Who promised something has made the leader's term durable before.
  if (state.options.lease_reads && state.hard_state.term.is_set()) {
    promise(state, {});
  }
}

void note_round(State& state) {
  if (!state.options.lease_reads) {
    return;
  }
  std::deque<RoundStart>& starts = state.leading.round_starts;
  const Duration timeout = state.options.election_timeout;
  while (!starts.empty() && state.now - starts.front().at > timeout) {
    starts.pop_front();
  }
  if (starts.empty() || state.now - starts.back().at >= timeout / kRoundsPerTimeout) {
    starts.push_back({.round = state.leading.round, .at = state.now});
  }
}

void promised(State& state, Progress& follower, Round round, std::uint32_t promise_ms) noexcept {
  const std::deque<RoundStart>& starts = state.leading.round_starts;
  const auto later = std::find_if(starts.begin(), starts.end(),
                                  [round](const RoundStart& start) { return start.round > round; });
  if (later == starts.begin()) {
    // Too old, or from before a pause.
    return;
  }
  const Instant until = std::prev(later)->at + std::chrono::milliseconds(promise_ms);
  follower.promised_until = std::max(follower.promised_until, until);
}

bool has_lease(const State& state) {
  if (!state.options.lease_reads || state.leading.lease_void) {
    return false;
  }
  const auto promise_of = [&state](ServerId id) -> std::uint64_t {
    if (id == state.options.id) {
      return std::numeric_limits<std::uint64_t>::max();
    }
    for (const Progress& follower : state.leading.followers) {
      if (follower.id == id) {
        return static_cast<std::uint64_t>(follower.promised_until.since_start().count());
      }
    }
    return 0;
  };
  const std::uint64_t until = quorum_value(state.configuration(), promise_of);
  const Instant present = state.now + state.options.clock_drift_max;
  return static_cast<std::uint64_t>(present.since_start().count()) < until;
}

void void_lease(State& state) noexcept {
  state.leading.lease_void = true;
}

void restart_lease(State& state) noexcept {
  state.leading.round_starts.clear();
  for (Progress& follower : state.leading.followers) {
    follower.promised_until = {};
  }
}

}  // namespace buoyant::core
