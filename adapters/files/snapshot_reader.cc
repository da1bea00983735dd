// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/snapshot_reader.h"

#include "adapters/files/head.h"
#include "adapters/posix/file_descriptor.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <utility>
#include <vector>

namespace buoyant::files {

Result<SnapshotReader> SnapshotReader::open(const std::string& path, std::uint64_t offset) {
  posix::FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) {
    return errno == ENOENT ? fail(Errc::kCompacted, "no such snapshot", errno)
                           : fail(file_error(errno, "open a snapshot"));
  }
  File file(std::move(fd), nullptr);
  std::vector<std::byte> bytes(kHeadBytesMax);
  std::size_t count = 0;
  if (const int code = file.read_at(offset, bytes, count); code != 0) {
    return fail(file_error(code, "read the head of a snapshot file"));
  }
  Result<Head> head = decode_head(ByteView(bytes).first(count));
  if (!head) {
    return fail(head.error());
  }
  const ChunkLayout layout =
      ChunkLayout::of(head->metadata, static_cast<std::size_t>(offset) + head->bytes);
  return SnapshotReader(std::move(file), std::move(head->metadata), offset, layout);
}

std::uint64_t SnapshotReader::file_bytes() const noexcept {
  return layout_.file_bytes(metadata_.bytes) - offset_;
}

Result<bool> SnapshotReader::is_whole() const {
  std::uint64_t bytes = 0;
  if (const int code = file_.size(bytes); code != 0) {
    return fail(file_error(code, "look at a snapshot"));
  }
  return bytes == offset_ + file_bytes();
}

Result<std::uint64_t> SnapshotReader::bytes_by_size() const {
  std::uint64_t size = 0;
  if (const int code = file_.size(size); code != 0) {
    return fail(file_error(code, "look at a snapshot"));
  }
  const std::uint64_t begin = layout_.offset_of(0);
  const std::uint64_t chunks = size < begin ? 0 : size - begin;
  const std::uint64_t whole = chunks / (kChunkHeadBytes + kChunkBytes);
  const std::uint64_t rest = chunks % (kChunkHeadBytes + kChunkBytes);
  return std::min(whole * kChunkBytes + (rest > kChunkHeadBytes ? rest - kChunkHeadBytes : 0),
                  metadata_.bytes);
}

Result<Bytes> SnapshotReader::read(std::uint64_t offset, std::size_t bytes_max) const {
  return read_chunks(file_, layout_, metadata_.bytes, offset, bytes_max);
}

std::uint64_t SnapshotReader::whole_bytes() const {
  std::uint64_t bytes = 0;
  while (bytes < metadata_.bytes) {
    const Result<Bytes> chunk = read(bytes, kChunkBytes);
    if (!chunk) {
      break;
    }
    bytes += chunk->size();
  }
  return bytes;
}

}  // namespace buoyant::files
