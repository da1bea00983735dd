// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/answer_queue.h"

#include "buoyant/base/assert.h"

namespace example {

AnswerQueue::Ticket AnswerQueue::open(std::size_t request_bytes) {
  slots_.push_back({request_bytes, false, {}});
  bytes_ += request_bytes;
  return front_ + slots_.size() - 1;
}

void AnswerQueue::fill(Ticket ticket, std::string_view answer) {
  BUOYANT_ASSERT(ticket >= front_);
  BUOYANT_ASSERT(ticket - front_ < slots_.size());
  Slot& slot = slots_[ticket - front_];
  BUOYANT_ASSERT(!slot.is_filled);
  slot.is_filled = true;
  slot.answer = answer;
  bytes_ += slot.answer.size() - slot.bytes;
  slot.bytes = slot.answer.size();
  filled_bytes_ += slot.bytes;
}

void AnswerQueue::take_ready(std::string& output) {
  while (!slots_.empty() && slots_.front().is_filled) {
    output += slots_.front().answer;
    bytes_ -= slots_.front().bytes;
    filled_bytes_ -= slots_.front().bytes;
    slots_.pop_front();
    ++front_;
  }
}

}  // namespace example
