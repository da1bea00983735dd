// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/incoming.h"

#include "adapters/files/head.h"
#include "adapters/files/name.h"
#include "buoyant/base/assert.h"

#include <cerrno>
#include <utility>

namespace buoyant::files {

Result<std::unique_ptr<Incoming>> Incoming::begin(const Folder& folder,
                                                  const SnapshotMetadata& metadata) {
  const std::vector<std::byte> head = encode_head(metadata);
  File file;
  int code = folder.check_space();
  code = code == 0 ? folder.create(kIncomingName, file) : code;
  code = code == 0 ? file.write_at(0, head) : code;
  if (code != 0) {
    return fail(file_error(code, "begin an incoming snapshot"));
  }
  return std::unique_ptr<Incoming>(new Incoming(folder, metadata, head.size(), std::move(file)));
}

Result<std::unique_ptr<Incoming>> Incoming::resume(const Folder& folder) {
  File file;
  int code = folder.open_file(kIncomingName, true, file);
  if (code != 0) {
    return code == ENOENT ? Result<std::unique_ptr<Incoming>>(nullptr)
                          : fail(file_error(code, "open an incoming snapshot"));
  }
  Result<Head> head = read_head(file);
  if (!head) {
    // A crash may have left anything under this name: it is nobody's any more.
    return head.error().code() == Errc::kStorageFailed ? fail(head.error())
                                                       : Result<std::unique_ptr<Incoming>>(nullptr);
  }
  std::unique_ptr<Incoming> incoming(
      new Incoming(folder, std::move(head->metadata), head->bytes, std::move(file)));
  code = incoming->writer_.resume(incoming->metadata_.bytes);
  if (code != 0) {
    return fail(file_error(code, "read an incoming snapshot"));
  }
  return incoming;
}

Incoming::Incoming(const Folder& folder, SnapshotMetadata metadata, std::size_t head_bytes,
                   File file)
    : folder_(folder),
      metadata_(std::move(metadata)),
      file_(std::move(file)),
      writer_(file_, ChunkLayout::of(metadata_, head_bytes)) {}

Result<void> Incoming::outcome(int code) const {
  if (code == 0) {
    return {};
  }
  // A full disk that was found by a sync has taken what was written before.
  return writer_.is_broken() ? fail(Errc::kStorageFailed, "sync an incoming snapshot", code)
                             : fail(file_error(code, "write an incoming snapshot"));
}

Result<void> Incoming::append(ByteView part) {
  BUOYANT_ASSERT(part.size() <= metadata_.bytes - bytes());
  const int code = folder_.check_space();
  return outcome(code == 0 ? writer_.append(part) : code);
}

Result<void> Incoming::finish() {
  BUOYANT_ASSERT(has_all());
  if (writer_.checksum() != metadata_.id.checksum) {
    return fail(Errc::kStorageCorrupt, "a received snapshot is not what its id says");
  }
  if (const Result<void> written = outcome(writer_.finish()); !written) {
    return written;
  }
  int code = file_.sync();
  const int closed = file_.close();
  code = code == 0 ? closed : code;
  code = code == 0 ? folder_.rename(kIncomingName, complete_name(metadata_.id)) : code;
  return code == 0 ? Result<void>()
                   : fail(Errc::kStorageFailed, "make a received snapshot durable", code);
}

}  // namespace buoyant::files
