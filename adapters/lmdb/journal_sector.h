// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The sectors of the journal: what a disk writes as a whole or not at all.
///
///   0  496 bytes of a batch    496  sequence u64, of the batch    504  checksum u64, over all
///   that,
///                                                                      the sector's place and
///                                                                      owner
///
/// Each sector that is there was once written whole. So a batch that power cut off has sectors of
/// earlier batches in it, and one that was damaged has some that are none: the two are never taken
/// for each other (decision 0019).
#pragma once

#include "buoyant/base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace buoyant::lmdb {

inline constexpr std::size_t kSectorBytes = 512;
inline constexpr std::size_t kSectorContentBytes = kSectorBytes - 16;

/// Of the sectors that no batch has written yet.
inline constexpr std::uint64_t kNoBatch = 0;

/// How many sectors so many bytes take.
[[nodiscard]] constexpr std::uint64_t sectors_for(std::uint64_t bytes) noexcept {
  return (bytes + kSectorContentBytes - 1) / kSectorContentBytes;
}

/// Writes `content` over as many sectors as it takes (sectors_for) at `at`, the last one filled up
/// with zeros; `first` is the first one's number in the journal, `tag` its owner.
void write_sectors(ByteView content, std::uint64_t first, std::uint64_t sequence, std::uint64_t tag,
                   std::byte* at) noexcept;

/// Sectors without a batch: `bytes` of them at `at`.
void write_blank_sectors(std::byte* at, std::uint64_t bytes, std::uint64_t tag,
                         std::uint64_t first = 0) noexcept;

/// The sequence of the sector at its beginning; nothing: it is damaged.
[[nodiscard]] std::optional<std::uint64_t> check_sector(ByteView sector, std::uint64_t number,
                                                        std::uint64_t tag) noexcept;

}  // namespace buoyant::lmdb
