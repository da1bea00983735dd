// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/load.h"

#include <cstddef>
#include <string>
#include <utility>

namespace buoyant::bench {

namespace {

Bytes payload_of(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) {
    text[i] = static_cast<char>(i);
  }
  return Bytes::copy_of(text);
}

}  // namespace

Caller::Caller(Node& node, const Work& work, Ended ended, StageClock* stages)
    : node_(node),
      work_(work),
      ended_(std::move(ended)),
      stages_(stages),
      payload_(payload_of(work.payload)) {}

Result<void> Caller::call(Clock::time_point due) {
  if (work_.call == CallKind::kPropose) {
    // Each proposal has bytes of its own, as a client's request would.
    return node_.propose(Bytes::copy_of(payload_.view()),
                         [this, due](const Result<Applied>& outcome) {
                           if (stages_ != nullptr && outcome) {
                             stages_->on_ended(outcome->position.index, due, Clock::now());
                           }
                           ended_(due, outcome.has_value());
                         });
  }
  const ReadMode mode =
      work_.call == CallKind::kLeaseRead ? ReadMode::kLease : ReadMode::kLinearizable;
  return node_.read(
      mode, [this, due](const Result<Index>& outcome) { ended_(due, outcome.has_value()); });
}

}  // namespace buoyant::bench
