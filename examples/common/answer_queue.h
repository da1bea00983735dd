// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The answers of one connection: given in any order, sent in the order of the requests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace example {

class AnswerQueue {
 public:
  using Ticket = std::uint64_t;

  /// A place for the answer of a request that holds about this much memory until then.
  Ticket open(std::size_t request_bytes);

  /// The whole answer. Requires: once per ticket.
  void fill(Ticket ticket, std::string_view answer);

  /// Moves the answers that no open request precedes to the end of `output`.
  void take_ready(std::string& output);

  /// Requests and answers that were not taken.
  [[nodiscard]] std::size_t size() const noexcept { return slots_.size(); }

  /// The memory that they hold.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  /// Of that, the answers.
  [[nodiscard]] std::size_t filled_bytes() const noexcept { return filled_bytes_; }

 private:
  struct Slot {
    std::size_t bytes = 0;
    bool is_filled = false;
    std::string answer;
  };

  std::deque<Slot> slots_;
  Ticket front_ = 0;  ///< The ticket of slots_.front().
  std::size_t bytes_ = 0;
  std::size_t filled_bytes_ = 0;
};

}  // namespace example
