// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/journal_sector.h"

#include "buoyant/base/checksum.h"
#include "buoyant/base/little_endian.h"

#include <algorithm>
#include <cstring>

namespace buoyant::lmdb {

namespace {

constexpr std::size_t kChecksumAt = kSectorBytes - sizeof(std::uint64_t);

std::uint64_t sector_checksum(const std::byte* sector, std::uint64_t number,
                              std::uint64_t tag) noexcept {
  return checksum(ByteView(sector, kChecksumAt), tag + number);
}

/// What is in front of the seal is there.
void seal_sector(std::byte* sector, std::uint64_t number, std::uint64_t sequence,
                 std::uint64_t tag) noexcept {
  store_le64(sector + kSectorContentBytes, sequence);
  store_le64(sector + kChecksumAt, sector_checksum(sector, number, tag));
}

}  // namespace

void write_sectors(ByteView content, std::uint64_t first, std::uint64_t sequence, std::uint64_t tag,
                   std::byte* at) noexcept {
  for (std::uint64_t number = first; !content.empty(); ++number) {
    const std::size_t part = std::min(content.size(), kSectorContentBytes);
    std::memcpy(at, content.data(), part);
    std::memset(at + part, 0, kSectorContentBytes - part);
    seal_sector(at, number, sequence, tag);
    content = content.subspan(part);
    at += kSectorBytes;
  }
}

void write_blank_sectors(std::byte* at, std::uint64_t bytes, std::uint64_t tag,
                         std::uint64_t first) noexcept {
  std::memset(at, 0, bytes);
  for (std::uint64_t i = 0; i < bytes / kSectorBytes; ++i) {
    seal_sector(at + i * kSectorBytes, first + i, kNoBatch, tag);
  }
}

std::optional<std::uint64_t> check_sector(ByteView sector, std::uint64_t number,
                                          std::uint64_t tag) noexcept {
  const bool is_whole =
      load_le64(sector.data() + kChecksumAt) == sector_checksum(sector.data(), number, tag);
  return is_whole ? std::optional(load_le64(sector.data() + kSectorContentBytes)) : std::nullopt;
}

}  // namespace buoyant::lmdb
