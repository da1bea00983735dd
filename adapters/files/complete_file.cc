// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/complete_file.h"

#include "adapters/files/head.h"
#include "adapters/files/name.h"

#include <cerrno>
#include <utility>

namespace buoyant::files {

Result<CompleteFile> CompleteFile::open(const Folder& folder, const SnapshotId& id) {
  File file;
  if (const int code = folder.open_file(complete_name(id), false, file); code != 0) {
    return code == ENOENT ? fail(Errc::kCompacted, "no such snapshot", code)
                          : fail(file_error(code, "open a snapshot"));
  }
  Result<Head> head = read_head(file);
  if (!head) {
    return fail(head.error());
  }
  if (head->metadata.id != id) {
    return fail(Errc::kStorageCorrupt, "a snapshot file under another name");
  }
  const ChunkLayout layout = ChunkLayout::of(head->metadata, head->bytes);
  std::uint64_t bytes = 0;
  if (const int code = file.size(bytes); code != 0) {
    return fail(file_error(code, "look at a snapshot"));
  }
  if (bytes != layout.file_bytes(head->metadata.bytes)) {
    return fail(Errc::kStorageCorrupt, "a snapshot file of another size");
  }
  return CompleteFile(std::move(file), std::move(head->metadata), layout);
}

Result<Bytes> CompleteFile::read(std::uint64_t offset, std::size_t bytes_max) const {
  return read_chunks(file_, layout_, metadata_.bytes, offset, bytes_max);
}

}  // namespace buoyant::files
