// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/storage/file_storage.h"

#include "buoyant/base/assert.h"
#include "examples/storage/worker.h"

#include <thread>
#include <utility>

namespace file_storage {

using buoyant::Errc;
using buoyant::Result;
using buoyant::port::StorageWrite;
using buoyant::port::WriteOutcome;

namespace {

constexpr std::size_t kReadsMax = 64;

}  // namespace

Result<std::unique_ptr<FileStorage>> FileStorage::open(
    const FileStorageOptions& options, std::shared_ptr<buoyant::port::LoopPoster> poster) {
  Image image;
  Result<std::unique_ptr<LogFile>> file =
      LogFile::open(options.directory, options.cluster, options.server, image);
  if (!file) {
    return fail(file.error());
  }
  auto worker = std::make_shared<Worker>(std::move(*file), options.before_commit);
  return std::unique_ptr<FileStorage>(
      new FileStorage(std::move(image), std::move(worker), std::move(poster), options.hang_limit));
}

FileStorage::FileStorage(Image image, std::shared_ptr<Worker> worker,
                         std::shared_ptr<buoyant::port::LoopPoster> poster,
                         buoyant::Duration hang_limit)
    : image_(std::move(image)),
      worker_(std::move(worker)),
      poster_(std::move(poster)),
      hang_limit_(hang_limit),
      self_(std::make_shared<FileStorage*>(this)) {
  worker_->start([poster = poster_, weak = std::weak_ptr(self_)](Commit commit) {
    poster->post([weak, commit = std::move(commit)] {
      if (const auto self = weak.lock()) {
        (*self)->on_commit(commit);
      }
    });
  });
}

FileStorage::~FileStorage() {
  worker_->stop(true);
}

buoyant::port::StoredState FileStorage::take_stored_state() noexcept {
  return image_.stored_state();
}

void FileStorage::start(buoyant::port::StorageEvents& events) noexcept {
  BUOYANT_ASSERT(events_ == nullptr);
  events_ = &events;
}

void FileStorage::write(StorageWrite write) noexcept {
  BUOYANT_ASSERT(events_ != nullptr);
  BUOYANT_ASSERT(!closing_);
  status_.writes_pending += 1;
  worker_->submit(std::move(write));
}

void FileStorage::on_commit(const Commit& commit) noexcept {
  status_.writes += commit.writes.size();
  status_.writes_pending -= commit.writes.size();
  status_.commits += 1;
  status_.bytes_used = commit.bytes_file;
  status_.bytes_file = commit.bytes_file;
  for (std::size_t i = 0; i < commit.writes.size(); ++i) {
    status_.poisoned = status_.poisoned || commit.outcomes[i] == WriteOutcome::kFailed;
    if (!status_.poisoned) {
      image_.apply(commit.writes[i], commit.outcomes[i] == WriteOutcome::kDurable);
    }
  }
  const std::weak_ptr<FileStorage*> alive = self_;
  for (std::size_t i = 0; i < commit.writes.size(); ++i) {
    const WriteOutcome outcome = commit.outcomes[i];
    const bool is_last = i + 1 == commit.writes.size() || commit.outcomes[i + 1] != outcome;
    if (is_last && !closing_) {
      const Errc code =
          outcome == WriteOutcome::kNoSpace ? Errc::kStorageFull : Errc::kStorageFailed;
      events_->on_written(commit.writes[i].id, outcome,
                          buoyant::Error(code, "file storage: commit", commit.error));
    }
    // The event may have destroyed this.
    if (alive.expired()) {
      return;
    }
  }
}

void FileStorage::read(buoyant::Index first, buoyant::Index last, std::size_t bytes_max,
                       buoyant::port::ReadDone done) noexcept {
  BUOYANT_ASSERT(events_ != nullptr);
  BUOYANT_ASSERT(!closing_);
  const bool is_busy = reads_pending_ >= kReadsMax;
  reads_pending_ += 1;
  poster_->post(
      [weak = std::weak_ptr(self_), is_busy, first, last, bytes_max, done = std::move(done)] {
        const auto self = weak.lock();
        if (!self || (*self)->closing_) {
          return;
        }
        (*self)->reads_pending_ -= 1;
        done(is_busy ? buoyant::fail(Errc::kBusy, "file storage: reads")
                     : (*self)->image_.read(first, last, bytes_max));
      });
}

buoyant::port::StorageStatus FileStorage::status() const noexcept {
  buoyant::port::StorageStatus status = status_;
  status.oldest_write_age = worker_->commit_age();
  return status;
}

void FileStorage::close(std::function<void()> done) noexcept {
  BUOYANT_ASSERT(!closing_);
  closing_ = true;
  worker_->stop(false);
  // Nobody else can wait: the loop must not, and the worker may hang.
  std::thread([worker = worker_, poster = poster_, limit = hang_limit_, done = std::move(done)] {
    if (!worker->wait_until_ended(limit)) {
      worker->stop(true);
    }
    poster->post(done);
  }).detach();
}

}  // namespace file_storage
