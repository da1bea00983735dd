// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A queue in one piece of memory, which it keeps: a std::deque allocates and frees a block for
/// every few elements that pass through it.
#pragma once

#include "buoyant/base/assert.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace buoyant {

/// First in, first out. As large as it ever was; whoever fills it bounds it. `T` is made empty by
/// default, and by being moved from.
template <class T>
class Ring {
 public:
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Requires: !empty().
  [[nodiscard]] T& front() noexcept { return at(0); }

  [[nodiscard]] const T& front() const noexcept {
    BUOYANT_ASSERT(size_ > 0);
    return slots_[first_];
  }

  /// Requires: !empty().
  [[nodiscard]] T& back() noexcept { return at(size_ - 1); }

  void push_back(T value) {
    if (size_ == slots_.size()) {
      grow();
    }
    ++size_;
    back() = std::move(value);
  }

  /// Requires: !empty().
  [[nodiscard]] T take_front() noexcept {
    T taken = std::move(front());
    first_ = (first_ + 1) & (slots_.size() - 1);
    --size_;
    return taken;
  }

  /// Those that are left stay in their order.
  template <class Predicate>
  void erase_if(Predicate predicate) {
    for (std::size_t left = size_; left > 0; --left) {
      T value = take_front();
      if (!predicate(std::as_const(value))) {
        push_back(std::move(value));
      }
    }
  }

 private:
  static constexpr std::size_t kSlotsMin = 8;

  [[nodiscard]] T& at(std::size_t place) noexcept {
    BUOYANT_ASSERT(place < size_);
    return slots_[(first_ + place) & (slots_.size() - 1)];
  }

  void grow() {
    std::vector<T> larger(slots_.empty() ? kSlotsMin : 2 * slots_.size());
    for (std::size_t i = 0; i < size_; ++i) {
      larger[i] = std::move(at(i));
    }
    slots_ = std::move(larger);
    first_ = 0;
  }

  std::vector<T> slots_;  ///< A power of two of them.
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace buoyant
