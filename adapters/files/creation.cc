// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/creation.h"

#include "adapters/files/head.h"
#include "adapters/files/name.h"

#include <utility>

namespace buoyant::files {

Result<std::unique_ptr<Creation>> Creation::begin(const Folder& folder, SnapshotMetadata metadata) {
  File file;
  if (const int code = folder.create(creating_name(metadata.id.sequence), file); code != 0) {
    return fail(file_error(code, "create a snapshot file"));
  }
  return std::unique_ptr<Creation>(new Creation(folder, std::move(metadata), std::move(file)));
}

Creation::Creation(const Folder& folder, SnapshotMetadata metadata, File file)
    : folder_(folder),
      metadata_(std::move(metadata)),
      name_(creating_name(metadata_.id.sequence)),
      file_(std::move(file)),
      writer_(file_, ChunkLayout::of(metadata_, encode_head(metadata_).size())) {}

Creation::~Creation() {
  if (!name_.empty()) {
    static_cast<void>(folder_.remove(name_));
  }
}

Result<void> Creation::append(ByteView part) {
  int code = folder_.check_space();
  code = code == 0 ? writer_.append(part) : code;
  return code == 0 ? Result<void>() : fail(file_error(code, "write a snapshot"));
}

Result<SnapshotMetadata> Creation::finish() {
  metadata_.id.checksum = writer_.checksum();
  metadata_.bytes = writer_.bytes();
  int code = writer_.finish();
  code = code == 0 ? file_.write_at(0, encode_head(metadata_)) : code;
  code = code == 0 ? file_.sync() : code;
  const int closed = file_.close();
  code = code == 0 ? closed : code;
  if (code == 0) {
    // In any case the old name is gone.
    code = folder_.rename(std::exchange(name_, {}), complete_name(metadata_.id));
  }
  return code == 0 ? Result<SnapshotMetadata>(metadata_)
                   : fail(file_error(code, "make a snapshot durable"));
}

}  // namespace buoyant::files
