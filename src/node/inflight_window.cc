// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/inflight_window.h"

#include "node/smoothed.h"

namespace buoyant::node {

void InflightWindow::sent(Instant now, Index last, std::size_t bytes) {
  if (!sampled_.is_set()) {
    sampled_ = last;
    sampled_at_ = now;
  }
  sent_.push_back({.last = last, .bytes = bytes});
  bytes_ += bytes;
}

void InflightWindow::acknowledged(Instant now, Index match) {
  if (sampled_.is_set() && sampled_ <= match) {
    acknowledgement_ = smoothed(acknowledgement_, now - sampled_at_);
    sampled_ = {};
  }
  while (!sent_.empty() && sent_.front().last <= match) {
    bytes_ -= sent_.front().bytes;
    sent_.pop_front();
  }
}

void InflightWindow::rewind(Index prev) {
  if (sampled_ > prev) {
    sampled_ = {};
  }
  while (!sent_.empty() && sent_.back().last > prev) {
    bytes_ -= sent_.back().bytes;
    sent_.pop_back();
  }
}

void InflightWindow::clear() noexcept {
  sent_.clear();
  sampled_ = {};
  bytes_ = 0;
}

}  // namespace buoyant::node
