// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Fixed-width numbers in byte order of the wire and the disk (little-endian), at any alignment.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace buoyant {

// A big-endian port needs byte swaps here, and nowhere else.
static_assert(std::endian::native == std::endian::little);

inline std::uint16_t load_le16(const std::byte* at) noexcept {
  std::uint16_t value = 0;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

inline std::uint32_t load_le32(const std::byte* at) noexcept {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

inline std::uint64_t load_le64(const std::byte* at) noexcept {
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

inline void store_le16(std::byte* at, std::uint16_t value) noexcept {
  std::memcpy(at, &value, sizeof(value));
}

inline void store_le32(std::byte* at, std::uint32_t value) noexcept {
  std::memcpy(at, &value, sizeof(value));
}

inline void store_le64(std::byte* at, std::uint64_t value) noexcept {
  std::memcpy(at, &value, sizeof(value));
}

}  // namespace buoyant
