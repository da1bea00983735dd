// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/deadlines.h"

namespace buoyant::uv {

void Deadlines::Timer::start(Duration delay, Call call) {
  cancel();
  const Instant at = deadlines_.now() + delay;
  key_ = deadlines_.add(at, {std::move(call), this});
  if (!deadlines_.closed_) {
    deadlines_.loop_.arm(deadlines_.entries_.begin()->first.first);
  }
}

void Deadlines::Timer::post(Call call) {
  cancel();
  key_ = deadlines_.add(deadlines_.now(), {std::move(call), this});
  deadlines_.loop_.wake();
}

void Deadlines::Timer::cancel() {
  if (is_active()) {
    // The armed deadline stays: one turn for nothing is cheaper than arming at each cancel.
    deadlines_.entries_.erase(std::exchange(key_, Key()));
  }
}

Deadlines::Deadlines(uv_loop_t& loop) : loop_(loop) {
  loop_.set_handler(*this);
}

void Deadlines::post(Call call) {
  add(now(), {std::move(call), nullptr});
  loop_.wake();
}

Deadlines::Key Deadlines::add(Instant at, Entry entry) {
  const Key key{at, next_sequence_++};
  entries_.emplace(key, std::move(entry));
  return key;
}

void Deadlines::close(std::function<void()> done) {
  closed_ = true;
  loop_.close(std::move(done));
}

void Deadlines::on_turn(const port::Turn& turn) noexcept {
  // What is added meanwhile is later than this turn, so that one turn is bounded.
  while (!closed_ && !entries_.empty() && entries_.begin()->first.first <= turn.now) {
    auto node = entries_.extract(entries_.begin());
    if (node.mapped().timer != nullptr) {
      node.mapped().timer->key_ = Key();
    }
    node.mapped().call();
  }
  if (!closed_ && !entries_.empty()) {
    loop_.arm(entries_.begin()->first.first);
  }
}

}  // namespace buoyant::uv
