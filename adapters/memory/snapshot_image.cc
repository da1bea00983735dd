// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/memory/snapshot_image.h"

#include "buoyant/base/checksum.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

namespace buoyant::memory {

namespace {

auto age_of(const SnapshotId& id) {
  return std::tuple(id.position.index, id.position.term, id.sequence, id.creator, id.checksum);
}

std::uint64_t checksum_of(const SnapshotMetadata& metadata, std::string_view contents) {
  return checksum(view_of(contents), snapshot_seed(metadata));
}

}  // namespace

Result<Bytes> SnapshotFile::read(std::uint64_t offset, std::size_t bytes_max) const {
  if (offset > contents.size()) {
    return fail(Errc::kMalformed, "read beyond the end of a snapshot");
  }
  const std::string_view part = std::string_view(contents).substr(offset, bytes_max);
  if (corrupt_at && *corrupt_at >= offset && *corrupt_at < offset + part.size()) {
    return fail(Errc::kStorageCorrupt, "read a snapshot");
  }
  return Bytes::copy_of(part);
}

std::vector<SnapshotId> SnapshotImage::found() const {
  std::vector<SnapshotId> ids;
  for (const auto& file : files_) {
    ids.push_back(file->metadata.id);
  }
  return ids;
}

std::shared_ptr<const SnapshotFile> SnapshotImage::find(const SnapshotId& id) const {
  const auto found = std::find_if(files_.begin(), files_.end(),
                                  [&](const auto& file) { return file->metadata.id == id; });
  return found == files_.end() ? nullptr : *found;
}

SnapshotMetadata SnapshotImage::add(SnapshotMetadata metadata, std::string contents) {
  metadata.id.checksum = checksum_of(metadata, contents);
  metadata.bytes = contents.size();
  insert({.metadata = metadata, .contents = std::move(contents)});
  return metadata;
}

void SnapshotImage::insert(SnapshotFile file) {
  const auto place = std::upper_bound(
      files_.begin(), files_.end(), age_of(file.metadata.id),
      [](const auto& age, const auto& other) { return age < age_of(other->metadata.id); });
  files_.insert(place, std::make_shared<SnapshotFile>(std::move(file)));
}

std::uint64_t SnapshotImage::held(const SnapshotMetadata& metadata) const {
  if (find(metadata.id) != nullptr) {
    return metadata.bytes;
  }
  return incoming_ && incoming_->metadata == metadata ? incoming_->contents.size() : 0;
}

Result<std::uint64_t> SnapshotImage::receive(const SnapshotMetadata& metadata, std::uint64_t offset,
                                             ByteView part) {
  if (offset > metadata.bytes || part.size() > metadata.bytes - offset) {
    return fail(Errc::kMalformed, "a part beyond the end of its snapshot");
  }
  if (find(metadata.id) != nullptr) {
    return metadata.bytes;
  }
  if (!incoming_ || incoming_->metadata != metadata) {
    if (offset != 0) {
      return 0;
    }
    incoming_ = SnapshotFile{.metadata = metadata, .contents = {}};
  }
  if (offset == incoming_->contents.size()) {
    incoming_->contents += text_of(part);
  }
  if (incoming_->contents.size() < metadata.bytes) {
    return incoming_->contents.size();
  }
  SnapshotFile whole = std::move(*incoming_);
  incoming_.reset();
  if (checksum_of(metadata, whole.contents) != metadata.id.checksum) {
    return fail(Errc::kStorageCorrupt, "a received snapshot is not what its id says");
  }
  insert(std::move(whole));
  return metadata.bytes;
}

void SnapshotImage::remove(const SnapshotId& id) {
  std::erase_if(files_, [&](const auto& file) { return file->metadata.id == id; });
}

void SnapshotImage::drop_incoming_through(Index index) {
  if (incoming_ && incoming_->metadata.id.position.index <= index) {
    incoming_.reset();
  }
}

void SnapshotImage::shorten_incoming(std::uint64_t bytes) {
  if (incoming_ && bytes < incoming_->contents.size()) {
    incoming_->contents.resize(bytes);
  }
}

bool SnapshotImage::corrupt(const SnapshotId& id, std::uint64_t at) {
  for (const auto& file : files_) {
    if (file->metadata.id == id && at < file->contents.size()) {
      file->corrupt_at = at;
      return true;
    }
  }
  return false;
}

}  // namespace buoyant::memory
