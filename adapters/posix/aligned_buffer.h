// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Memory that begins where a disk can read and write it: at a multiple of 4 KiB.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>

namespace buoyant::posix {

/// A multiple of what any disk wants, and the size of a page.
inline constexpr std::size_t kDiskBlock = 4096;

class AlignedBuffer {
 public:
  AlignedBuffer() noexcept = default;

  /// Makes it at least so large; its first `kept` bytes stay. Requires: kept <= capacity.
  void reserve(std::size_t bytes, std::size_t kept) {
    if (bytes <= capacity_) {
      return;
    }
    const std::size_t rounded = (bytes + kDiskBlock - 1) / kDiskBlock * kDiskBlock;
    Memory larger(static_cast<std::byte*>(::operator new(rounded, kAlignment)));
    if (kept > 0) {
      std::memcpy(larger.get(), memory_.get(), kept);
    }
    memory_ = std::move(larger);
    capacity_ = rounded;
  }

  [[nodiscard]] std::byte* data() noexcept { return memory_.get(); }

 private:
  static constexpr std::align_val_t kAlignment{kDiskBlock};

  struct Free {
    void operator()(std::byte* memory) const noexcept { ::operator delete(memory, kAlignment); }
  };

  using Memory = std::unique_ptr<std::byte, Free>;

  Memory memory_;
  std::size_t capacity_ = 0;
};

}  // namespace buoyant::posix
