// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/chunks.h"

#include "buoyant/base/assert.h"
#include "buoyant/base/little_endian.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace buoyant::files {

namespace {

/// Written in between, so that the sync at the end, and what others sync meanwhile (the log is
/// on the same disk), does not wait for all of it.
constexpr std::uint64_t kSyncBytes = std::uint64_t{16} << 20U;

/// Whether `chunk` begins with the checksum of what follows.
bool is_whole(const ChunkLayout& layout, std::uint64_t number, ByteView chunk) {
  return chunk.size() > kChunkHeadBytes &&
         load_le64(chunk.data()) == checksum(chunk.subspan(kChunkHeadBytes), layout.seed + number);
}

}  // namespace

Result<Bytes> read_chunks(const File& file, const ChunkLayout& layout, std::uint64_t contents,
                          std::uint64_t offset, std::size_t bytes_max) {
  if (offset > contents) {
    return fail(Errc::kMalformed, "read beyond the end of a snapshot");
  }
  const std::uint64_t end = offset + std::min<std::uint64_t>(bytes_max, contents - offset);
  Buffer part(static_cast<std::size_t>(end - offset));
  std::vector<std::byte> chunk(kChunkHeadBytes + kChunkBytes);
  for (std::uint64_t at = offset; at < end;) {
    const std::uint64_t number = at / kChunkBytes;
    const std::uint64_t begin = number * kChunkBytes;
    const auto size =
        static_cast<std::size_t>(std::min<std::uint64_t>(kChunkBytes, contents - begin));
    const std::span<std::byte> target = std::span(chunk).first(kChunkHeadBytes + size);
    std::size_t count = 0;
    if (const int code = file.read_at(layout.offset_of(number), target, count); code != 0) {
      return fail(file_error(code, "read a snapshot"));
    }
    if (count != target.size()) {
      return fail(Errc::kStorageCorrupt, "a snapshot file is too short");
    }
    if (!is_whole(layout, number, target)) {
      return fail(Errc::kStorageCorrupt, "a chunk of a snapshot");
    }
    const std::uint64_t taken = std::min(end, begin + size) - at;
    std::memcpy(part.data() + (at - offset), target.data() + kChunkHeadBytes + (at - begin),
                static_cast<std::size_t>(taken));
    at += taken;
  }
  return std::move(part).freeze(static_cast<std::size_t>(end - offset));
}

ChunkWriter::ChunkWriter(const File& file, const ChunkLayout& layout)
    : file_(file), layout_(layout), buffer_(kChunkHeadBytes), sum_(layout.seed) {
  buffer_.reserve(kChunkHeadBytes + kChunkBytes);
}

int ChunkWriter::resume(std::uint64_t contents) {
  std::vector<std::byte> chunk(kChunkHeadBytes + kChunkBytes);
  while (bytes() < contents) {
    const auto size =
        static_cast<std::size_t>(std::min<std::uint64_t>(kChunkBytes, contents - bytes()));
    const std::span<std::byte> target = std::span(chunk).first(kChunkHeadBytes + size);
    std::size_t count = 0;
    if (const int code = file_.read_at(layout_.offset_of(chunk_), target, count); code != 0) {
      return code;
    }
    if (count != target.size() || !is_whole(layout_, chunk_, target)) {
      break;
    }
    const ByteView whole = ByteView(target).subspan(kChunkHeadBytes);
    sum_.add(whole);
    if (size == kChunkBytes) {
      chunk_ += 1;
    } else {
      // The last one: in memory again, as it was before finish().
      buffer_.insert(buffer_.end(), whole.begin(), whole.end());
    }
  }
  return file_.truncate(layout_.offset_of(chunk_));
}

int ChunkWriter::append(ByteView part) {
  for (;;) {
    const std::size_t room = kChunkHeadBytes + kChunkBytes - buffer_.size();
    const ByteView piece = part.first(std::min(room, part.size()));
    sum_.add(piece);
    buffer_.insert(buffer_.end(), piece.begin(), piece.end());
    part = part.subspan(piece.size());
    if (part.empty() && piece.size() < room) {
      return 0;
    }
    if (const int code = write_chunk(); code != 0) {
      return code;
    }
  }
}

int ChunkWriter::write_chunk() {
  BUOYANT_ASSERT(buffer_.size() > kChunkHeadBytes);
  const ByteView contents = ByteView(buffer_).subspan(kChunkHeadBytes);
  store_le64(buffer_.data(), buoyant::checksum(contents, layout_.seed + chunk_));
  if (const int code = file_.write_at(layout_.offset_of(chunk_), buffer_); code != 0) {
    return code;
  }
  bytes_unsynced_ += buffer_.size();
  if (buffer_.size() == kChunkHeadBytes + kChunkBytes) {
    chunk_ += 1;
    buffer_.resize(kChunkHeadBytes);
  }
  if (bytes_unsynced_ >= kSyncBytes) {
    bytes_unsynced_ = 0;
    const int code = file_.sync();
    broken_ = code != 0;
    return code;
  }
  return 0;
}

int ChunkWriter::finish() {
  return buffer_.size() == kChunkHeadBytes ? 0 : write_chunk();
}

}  // namespace buoyant::files
