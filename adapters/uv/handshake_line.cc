// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/handshake_line.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace buoyant::uv {

void HandshakeLine::Place::wait(Kind kind, Call step) {
  BUOYANT_ASSERT(number_ == 0);
  kind_ = kind;
  number_ = line_.next_number_++;
  line_.steps(kind).emplace(number_, Step{std::move(step), this});
  if (!line_.turn_.is_active() || kind == Kind::kBegun) {
    line_.arm();
  }
}

void HandshakeLine::Place::cancel() {
  if (number_ != 0) {
    line_.steps(kind_).erase(std::exchange(number_, 0));
  }
}

HandshakeLine::HandshakeLine(Deadlines& deadlines, std::uint32_t per_second)
    : deadlines_(deadlines),
      per_second_(per_second),
      interval_(Duration(std::chrono::seconds(1)) / per_second),
      tokens_(per_second),
      counted_(deadlines.now()),
      turn_(deadlines) {}

void HandshakeLine::take_tokens() {
  const auto come = (deadlines_.now() - counted_) / interval_;
  if (come >= per_second_) {
    tokens_ = per_second_;
    counted_ = deadlines_.now();
    return;
  }
  tokens_ = std::min(per_second_, tokens_ + static_cast<std::uint32_t>(come));
  counted_ = counted_ + interval_ * come;
}

void HandshakeLine::serve() {
  take_tokens();
  // A handshake that has begun is carried on first: what it has cost already would be lost.
  Steps* chosen = nullptr;
  if (!begun_.empty()) {
    chosen = &begun_;
  } else if (!strangers_.empty() && tokens_ > 0) {
    --tokens_;
    chosen = &strangers_;
  }
  Call call;
  if (chosen != nullptr) {
    auto node = chosen->extract(chosen->begin());
    node.mapped().place->number_ = 0;
    call = std::move(node.mapped().call);
  }
  arm();
  if (call) {
    call();
  }
}

void HandshakeLine::arm() {
  if (!begun_.empty() || (!strangers_.empty() && tokens_ > 0)) {
    turn_.post([this] { serve(); });
  } else if (!strangers_.empty()) {
    turn_.start(interval_, [this] { serve(); });
  }
}

}  // namespace buoyant::uv
