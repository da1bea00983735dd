// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The contents of a snapshot file: chunks behind the head, each with a checksum before it.
///
///   u64 checksum | 64 KiB of contents, fewer in the last one
///
/// The checksum's seed is that of the snapshot (snapshot_seed) plus the chunk's number: a chunk
/// in the wrong place, or of another snapshot, is found too, and so is a hole.
#pragma once

#include "adapters/files/file.h"
#include "buoyant/base/bytes.h"
#include "buoyant/base/checksum.h"
#include "buoyant/base/result.h"
#include "buoyant/model/snapshot.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace buoyant::files {

inline constexpr std::size_t kChunkBytes = std::size_t{64} << 10U;
inline constexpr std::size_t kChunkHeadBytes = 8;

/// Where chunks are and what they are checked with.
struct ChunkLayout {
  std::size_t head_bytes = 0;
  std::uint64_t seed = 0;

  static ChunkLayout of(const SnapshotMetadata& metadata, std::size_t head_bytes) {
    return {.head_bytes = head_bytes, .seed = snapshot_seed(metadata)};
  }

  [[nodiscard]] std::uint64_t offset_of(std::uint64_t chunk) const noexcept {
    return head_bytes + chunk * (kChunkHeadBytes + kChunkBytes);
  }

  /// The size of a file with so much contents.
  [[nodiscard]] std::uint64_t file_bytes(std::uint64_t contents) const noexcept {
    const std::uint64_t chunks = contents / kChunkBytes + (contents % kChunkBytes == 0 ? 0 : 1);
    return head_bytes + chunks * kChunkHeadBytes + contents;
  }
};

/// Reads [offset, offset + at most `bytes_max`) of contents of which there are `contents` bytes.
/// Errors: kMalformed (beyond the end), kStorageCorrupt (also: the file is shorter), and those
/// of the disk.
[[nodiscard]] Result<Bytes> read_chunks(const File& file, const ChunkLayout& layout,
                                        std::uint64_t contents, std::uint64_t offset,
                                        std::size_t bytes_max);

/// Writes contents one part after another. Between two chunks it is in memory, so of what a
/// process that ends has taken the last bytes of a started chunk are not in the file.
class ChunkWriter {
 public:
  /// The file outlives this.
  ChunkWriter(const File& file, const ChunkLayout& layout);

  /// Goes on behind the chunks that are in the file: takes those up to the first one that is
  /// not whole, of at most `contents` bytes.
  [[nodiscard]] int resume(std::uint64_t contents);

  /// After an error a part of it was taken, and the next call may go on there.
  [[nodiscard]] int append(ByteView part);

  /// Writes what is in memory: nothing is appended any more.
  [[nodiscard]] int finish();

  /// A sync failed: nobody knows what of the file is on the disk, and it never will be known.
  [[nodiscard]] bool is_broken() const noexcept { return broken_; }

  /// Contents taken.
  [[nodiscard]] std::uint64_t bytes() const noexcept {
    return chunk_ * kChunkBytes + buffer_.size() - kChunkHeadBytes;
  }

  /// Of the contents taken: SnapshotId::checksum.
  [[nodiscard]] std::uint64_t checksum() const noexcept { return sum_.value(); }

 private:
  [[nodiscard]] int write_chunk();

  const File& file_;
  ChunkLayout layout_;
  /// The number of the chunk in `buffer_`.
  std::uint64_t chunk_ = 0;
  /// Room for its checksum, and its contents.
  std::vector<std::byte> buffer_;
  ChecksumStream sum_;
  std::uint64_t bytes_unsynced_ = 0;
  bool broken_ = false;
};

}  // namespace buoyant::files
