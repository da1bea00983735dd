// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The bytes that a fuzzer gives to a target, read as a script: choices, numbers and the rest.
///
/// A script that is over reads as zeros, so that every input is one.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/little_endian.h"
#include "buoyant/model/ids.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace buoyant::fuzz {

/// Borrows the bytes for the length of one execution.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) noexcept
      : left_(std::as_bytes(std::span(data, size))) {}

  [[nodiscard]] bool empty() const noexcept { return left_.empty(); }

  std::uint8_t byte() noexcept {
    const ByteView one = bytes(1);
    return one.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(one.front());
  }

  bool flag() noexcept { return (byte() & 1U) != 0; }

  /// In [0, bound). Requires: 0 < bound <= 256.
  std::size_t below(std::size_t bound) noexcept { return byte() % bound; }

  std::uint64_t number() noexcept {
    std::array<std::byte, 8> whole{};
    const ByteView some = bytes(whole.size());
    if (!some.empty()) {
      std::memcpy(whole.data(), some.data(), some.size());
    }
    return load_le64(whole.data());
  }

  /// Near `present`, or at an edge of what a message may carry, or anything.
  std::uint64_t near(std::uint64_t present) noexcept {
    const std::uint8_t choice = byte();
    if (choice < 200) {
      return present + choice % 16 - 4;
    }
    constexpr std::array<std::uint64_t, 8> kEdges = {
        0, 1, kNumberMax, kNumberMax - 1, kNumberMax / 2, kNumberMax + 1, ~std::uint64_t{0}, 255};
    return choice < 250 ? kEdges[choice % kEdges.size()] : number();
  }

  /// At most `count` bytes.
  ByteView bytes(std::size_t count) noexcept {
    const ByteView some = left_.first(std::min(count, left_.size()));
    left_ = left_.subspan(some.size());
    return some;
  }

  ByteView rest() noexcept { return bytes(left_.size()); }

 private:
  ByteView left_;
};

}  // namespace buoyant::fuzz

/// One execution. Never fails but by ending the process. Gives zero.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
