// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a damaged disk may have done to a file, drawn from a fuzzer's input.
#pragma once

#include "buoyant/base/bytes.h"
#include "tests/fuzz/input.h"

#include <cstddef>

namespace buoyant::fuzz {

/// Other bytes at a place, or nothing from there on.
struct Damage {
  std::size_t at = 0;
  bool is_cut = false;
  /// Of the input; at most 16, and none beyond the end of a page.
  ByteView bytes;
};

/// A page, and a place within it: most pages of a file of ours are the journal's and alike.
/// Requires: at least a page.
inline Damage next_damage(Input& input, std::size_t file_bytes) {
  constexpr std::size_t kPageBytes = 4096;
  const std::size_t choice = input.below(16);
  const std::size_t page =
      (input.byte() + std::size_t{256} * input.byte()) % (file_bytes / kPageBytes);
  if (choice == 15) {
    return {.at = page * kPageBytes, .is_cut = true};
  }
  const std::size_t at = (input.byte() + std::size_t{256} * input.byte()) % kPageBytes;
  const ByteView bytes = input.bytes(1 + choice);
  return {.at = page * kPageBytes + at,
          .bytes = bytes.first(std::min(bytes.size(), kPageBytes - at))};
}

}  // namespace buoyant::fuzz
