// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/shelf.h"

#include "adapters/files/name.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace buoyant::files {

namespace {

auto age_of(const SnapshotId& id) {
  return std::tuple(id.position.index, id.position.term, id.sequence, id.creator, id.checksum);
}

}  // namespace

Result<Shelf> Shelf::open(const FilesOptions& options) {
  Result<Folder> folder = Folder::open(options);
  if (!folder) {
    return fail(folder.error());
  }
  Shelf shelf(std::move(*folder));
  if (const Result<void> looked = shelf.look_around(); !looked) {
    return fail(looked.error());
  }
  return shelf;
}

Result<void> Shelf::look_around() {
  // Whatever is found here is said to be durable.
  if (const int code = folder_->sync(); code != 0) {
    return fail(Errc::kStorageFailed, "sync the snapshot directory", code);
  }
  const Result<std::vector<std::string>> names = folder_->names();
  if (!names) {
    return fail(names.error());
  }
  for (const std::string& name : *names) {
    if (is_creating_name(name)) {
      static_cast<void>(folder_->remove(name));
    }
    const std::optional<SnapshotId> id = parse_complete_name(name);
    if (!id) {
      continue;
    }
    // One of another version is as good as damaged: this version cannot serve it.
    if (open_file(*id)) {
      found_.push_back(*id);
    } else {
      damaged_.push_back(name);
    }
  }
  std::sort(found_.begin(), found_.end(), [](const SnapshotId& left, const SnapshotId& right) {
    return age_of(left) < age_of(right);
  });
  return {};
}

Result<Bytes> Shelf::read(const SnapshotId& id, std::uint64_t offset, std::size_t bytes_max) {
  if (!open_ || open_->metadata().id != id) {
    open_.reset();
    Result<CompleteFile> file = open_file(id);
    if (!file) {
      return fail(file.error());
    }
    open_ = std::move(*file);
  }
  return open_->read(offset, bytes_max);
}

Result<void> Shelf::load_incoming() {
  if (!incoming_loaded_) {
    Result<std::unique_ptr<Incoming>> resumed = Incoming::resume(*folder_);
    if (!resumed) {
      // It cannot be read, so it is of no use; a sender begins anew.
      drop_incoming();
      return fail(resumed.error());
    }
    incoming_ = std::move(*resumed);
    incoming_loaded_ = true;
  }
  return {};
}

void Shelf::drop_incoming() {
  incoming_.reset();
  incoming_loaded_ = true;
  static_cast<void>(folder_->remove(kIncomingName));
}

/// What is held after a try to take more, and whether it is complete.
Result<std::uint64_t> Shelf::settle_incoming(Result<void> appended) {
  const bool ends = appended && incoming_->has_all();
  const Result<void> result = ends ? incoming_->finish() : appended;
  const std::uint64_t bytes = incoming_->bytes();
  if (result && ends) {
    // It has another name now.
    incoming_.reset();
  } else if (!result && result.error().code() != Errc::kStorageFull) {
    drop_incoming();
  }
  return result ? Result<std::uint64_t>(bytes) : fail(result.error());
}

Result<std::uint64_t> Shelf::held(const SnapshotMetadata& metadata) {
  if (open_file(metadata.id)) {
    return metadata.bytes;
  }
  if (const Result<void> loaded = load_incoming(); !loaded) {
    return fail(loaded.error());
  }
  if (incoming_ == nullptr || incoming_->metadata() != metadata) {
    return 0;
  }
  return settle_incoming({});
}

Result<std::uint64_t> Shelf::receive(const SnapshotMetadata& metadata, std::uint64_t offset,
                                     ByteView part) {
  if (offset > metadata.bytes || part.size() > metadata.bytes - offset) {
    return fail(Errc::kMalformed, "a part beyond the end of its snapshot");
  }
  if (open_file(metadata.id)) {
    return metadata.bytes;
  }
  if (const Result<void> loaded = load_incoming(); !loaded) {
    return fail(loaded.error());
  }
  if (incoming_ == nullptr || incoming_->metadata() != metadata) {
    if (offset != 0) {
      return 0;
    }
    drop_incoming();
    Result<std::unique_ptr<Incoming>> begun = Incoming::begin(*folder_, metadata);
    if (!begun) {
      drop_incoming();
      return fail(begun.error());
    }
    incoming_ = std::move(*begun);
  }
  const bool fits = offset == incoming_->bytes();
  return settle_incoming(fits ? incoming_->append(part) : Result<void>());
}

void Shelf::remove(const std::vector<SnapshotId>& ids, Index newest) {
  for (const SnapshotId& id : ids) {
    if (open_ && open_->metadata().id == id) {
      open_.reset();
    }
    static_cast<void>(folder_->remove(complete_name(id)));
  }
  for (const std::string& name : std::exchange(damaged_, {})) {
    static_cast<void>(folder_->remove(name));
  }
  if (load_incoming() && incoming_ != nullptr &&
      incoming_->metadata().id.position.index <= newest) {
    drop_incoming();
  }
}

}  // namespace buoyant::files
