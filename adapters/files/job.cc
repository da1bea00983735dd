// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/job.h"

namespace buoyant::files {

namespace {

/// What one step of a long job reads or writes: requests wait for no more than that.
constexpr std::size_t kStepBytes = std::size_t{256} << 10U;

}  // namespace

std::optional<Answer> CreateJob::step(Shelf& shelf) noexcept {
  std::optional<Result<SnapshotMetadata>> result = create_more(shelf);
  if (!result) {
    return std::nullopt;
  }
  creation_.reset();
  return Answer(std::move(*result));
}

std::optional<Result<SnapshotMetadata>> CreateJob::create_more(Shelf& shelf) {
  if (creation_ == nullptr) {
    Result<std::unique_ptr<Creation>> creation = shelf.create(metadata_);
    if (!creation) {
      return fail(creation.error());
    }
    creation_ = std::move(*creation);
    return std::nullopt;
  }
  const Result<Bytes> part = source_->read(kStepBytes);
  if (!part) {
    return fail(part.error());
  }
  if (part->empty()) {
    return creation_->finish();
  }
  if (const Result<void> appended = creation_->append(part->view()); !appended) {
    return fail(appended.error());
  }
  return std::nullopt;
}

std::optional<Answer> InstallJob::step(Shelf& shelf) noexcept {
  std::optional<Result<void>> result = install_more(shelf);
  if (!result) {
    return std::nullopt;
  }
  return Answer(*result);
}

std::optional<Result<void>> InstallJob::install_more(Shelf& shelf) {
  if (!file_) {
    Result<CompleteFile> file = shelf.open_file(id_);
    if (!file) {
      return fail(file.error());
    }
    file_ = std::move(*file);
    sum_.reset(snapshot_seed(file_->metadata()));
    return std::nullopt;
  }
  const Result<Bytes> part = file_->read(offset_, kStepBytes);
  if (!part) {
    return fail(part.error());
  }
  if (part->empty()) {
    return sum_.value() == id_.checksum ? Result<void>()
                                        : fail(Errc::kStorageCorrupt, "a snapshot as a whole");
  }
  offset_ += part->size();
  sum_.add(part->view());
  if (const Result<void> written = target_->write(part->view()); !written) {
    return written;
  }
  return std::nullopt;
}

}  // namespace buoyant::files
