// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/callback_queue.h"

#include <utility>

namespace buoyant::node {

void CallbackQueue::finish(Waiting waiting, Result<Applied> outcome) {
  if (outcome) {
    counts_.committed += 1;
  } else if (outcome.error().outcome() == Outcome::kUnknown) {
    counts_.unknown += 1;
  } else {
    counts_.refused += 1;
  }
  due_.push_back({.waiting = std::move(waiting), .outcome = std::move(outcome), .other = nullptr});
}

void CallbackQueue::add(std::function<void()> callback) {
  due_.push_back({.waiting = {}, .outcome = Applied{}, .other = std::move(callback)});
}

void CallbackQueue::record(const Due& due, Instant now) noexcept {
  if (!due.outcome) {
    return;
  }
  latencies_.total.record(now - due.waiting.since);
  if (due.waiting.committed_at != Instant::never()) {
    latencies_.apply.record(now - due.waiting.committed_at);
  }
}

void CallbackQueue::run(std::size_t count_max, Instant now) {
  for (std::size_t i = 0; i < count_max && !due_.empty(); ++i) {
    // Taken out first: the callback may propose, close, or destroy the node.
    Due due = due_.take_front();
    if (due.other) {
      due.other();
      continue;
    }
    budget_.give_back(due.waiting.bytes);
    record(due, now);
    if (due.waiting.done) {
      due.waiting.done(std::move(due.outcome));
    }
  }
}

}  // namespace buoyant::node
