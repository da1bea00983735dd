// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the worker does, as jobs of one or more steps. A job knows nothing of the loop: its
/// answer finds the callback by a number.
#pragma once

#include "adapters/files/shelf.h"
#include "buoyant/port/state_machine.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace buoyant::files {

/// The answer to create, read, held and receive, install; nothing: nobody asked for one.
using Answer = std::variant<std::monostate, Result<SnapshotMetadata>, Result<Bytes>,
                            Result<std::uint64_t>, Result<void>>;

/// [worker], made on the loop and destroyed on either.
class Job {
 public:
  Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  virtual ~Job() = default;

  /// The answer, if it was the last step.
  virtual std::optional<Answer> step(Shelf& shelf) noexcept = 0;
};

class CreateJob final : public Job {
 public:
  CreateJob(SnapshotMetadata metadata, std::unique_ptr<SnapshotSource> source)
      : metadata_(std::move(metadata)), source_(std::move(source)) {}

  std::optional<Answer> step(Shelf& shelf) noexcept override;

 private:
  [[nodiscard]] std::optional<Result<SnapshotMetadata>> create_more(Shelf& shelf);

  SnapshotMetadata metadata_;
  std::unique_ptr<SnapshotSource> source_;
  std::unique_ptr<Creation> creation_;
};

class InstallJob final : public Job {
 public:
  InstallJob(const SnapshotId& id, std::shared_ptr<SnapshotTarget> target)
      : id_(id), target_(std::move(target)) {}

  std::optional<Answer> step(Shelf& shelf) noexcept override;

 private:
  [[nodiscard]] std::optional<Result<void>> install_more(Shelf& shelf);

  SnapshotId id_;
  std::shared_ptr<SnapshotTarget> target_;
  std::optional<CompleteFile> file_;
  std::uint64_t offset_ = 0;
  ChecksumStream sum_;
};

class ReadJob final : public Job {
 public:
  ReadJob(const SnapshotId& id, std::uint64_t offset, std::size_t bytes_max)
      : id_(id), offset_(offset), bytes_max_(bytes_max) {}

  std::optional<Answer> step(Shelf& shelf) noexcept override {
    return shelf.read(id_, offset_, bytes_max_);
  }

 private:
  SnapshotId id_;
  std::uint64_t offset_;
  std::size_t bytes_max_;
};

class HeldJob final : public Job {
 public:
  explicit HeldJob(SnapshotMetadata metadata) : metadata_(std::move(metadata)) {}

  std::optional<Answer> step(Shelf& shelf) noexcept override { return shelf.held(metadata_); }

 private:
  SnapshotMetadata metadata_;
};

class ReceiveJob final : public Job {
 public:
  ReceiveJob(SnapshotMetadata metadata, std::uint64_t offset, Bytes part)
      : metadata_(std::move(metadata)), offset_(offset), part_(std::move(part)) {}

  std::optional<Answer> step(Shelf& shelf) noexcept override {
    return shelf.receive(metadata_, offset_, part_.view());
  }

 private:
  SnapshotMetadata metadata_;
  std::uint64_t offset_;
  Bytes part_;
};

class RemoveJob final : public Job {
 public:
  RemoveJob(std::vector<SnapshotId> ids, Index newest) : ids_(std::move(ids)), newest_(newest) {}

  std::optional<Answer> step(Shelf& shelf) noexcept override {
    shelf.remove(ids_, newest_);
    return Answer();
  }

 private:
  std::vector<SnapshotId> ids_;
  Index newest_;
};

}  // namespace buoyant::files
