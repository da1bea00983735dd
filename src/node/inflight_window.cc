// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/inflight_window.h"

namespace buoyant::node {

void InflightWindow::sent(Index last, std::size_t bytes) {
  sent_.push_back({.last = last, .bytes = bytes});
  bytes_ += bytes;
}

void InflightWindow::acknowledged(Index match) {
  while (!sent_.empty() && sent_.front().last <= match) {
    bytes_ -= sent_.front().bytes;
    sent_.pop_front();
  }
}

void InflightWindow::rewind(Index prev) {
  while (!sent_.empty() && sent_.back().last > prev) {
    bytes_ -= sent_.back().bytes;
    sent_.pop_back();
  }
}

void InflightWindow::clear() noexcept {
  sent_.clear();
  bytes_ = 0;
}

}  // namespace buoyant::node
