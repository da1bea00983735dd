// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The head of a snapshot file: what the file is, in a layout of its own (the wire's may change
/// without it), with a checksum. All numbers are little-endian.
///
///   "BUOYSNAP" | u32 version | u32 bytes of the head | u64 term, index, creator, sequence,
///   checksum, configuration index, bytes of the contents | members | outgoing members |
///   u64 checksum of all that
///
///   members: u64 count, then for each u64 id, u64 role, u64 length, address
///
/// The contents follow in chunks (chunks.h).
#pragma once

#include "adapters/files/file.h"
#include "buoyant/base/bytes.h"
#include "buoyant/base/result.h"
#include "buoyant/model/snapshot.h"

#include <cstddef>
#include <vector>

namespace buoyant::files {

inline constexpr std::uint32_t kFormatVersion = 1;
/// No head is larger: two full lists of members with the longest addresses.
inline constexpr std::size_t kHeadBytesMax = std::size_t{64} << 10U;

/// Its size does not depend on the numbers in it, so that it can be written last.
[[nodiscard]] std::vector<std::byte> encode_head(const SnapshotMetadata& metadata);

struct Head {
  SnapshotMetadata metadata;
  std::size_t bytes = 0;
};

/// Of bytes that begin with a head. Errors: kStorageCorrupt, kUnsupportedVersion.
[[nodiscard]] Result<Head> decode_head(ByteView bytes);

/// Errors: kStorageCorrupt, kUnsupportedVersion, kStorageFailed.
[[nodiscard]] Result<Head> read_head(const File& file);

}  // namespace buoyant::files
