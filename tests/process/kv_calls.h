// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What clients of buoyant-kv ask in the tests, and what one server without faults answers.
#pragma once

#include "buoyant/simulation/history.h"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace buoyant::process {

/// What a correct server does with GET, SET, CAS, APPEND and INCR, for the search for an order.
/// A command is its words with spaces between them, a reply as shown(RespValue) gives it.
simulation::Specification kv_specification();

/// The words with spaces between them. Requires: none has a space.
std::string joined(const std::vector<std::string>& words);

/// Draws calls: registers that are set and compared, lists that are appended to, counters.
/// Every value is written once. A key is left for a new one after some calls, so that the search
/// for an order stays short however long the run.
class KvCalls {
 public:
  struct Options {
    /// Keys that are in use at a time.
    std::size_t keys = 9;
    std::size_t calls_per_key = 120;
    /// Values of registers are made so long.
    std::size_t value_bytes = 0;
  };

  KvCalls(Options options, std::uint64_t seed);

  /// The words of the next one.
  std::vector<std::string> next();

  /// Every key that was used so far.
  [[nodiscard]] std::vector<std::string> keys() const;

 private:
  struct Slot {
    std::uint64_t generation = 0;
    std::size_t calls = 0;
    std::string last_value;
  };

  static std::string key_of(std::size_t slot, std::uint64_t generation);
  std::uint64_t draw(std::uint64_t end);
  std::vector<std::string> register_call(const std::string& key, Slot& slot);
  std::string new_value();

  Options options_;
  std::mt19937_64 random_;
  std::vector<Slot> slots_;
  std::uint64_t values_ = 0;
};

/// It leaves the state as it is.
bool is_read(const std::vector<std::string>& words);

}  // namespace buoyant::process
