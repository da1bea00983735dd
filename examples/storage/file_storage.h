// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Example: a storage of one's own, in a plain file. It passes the whole conformance suite, so
/// it keeps every promise of port::Storage: order, durability before the report, all or nothing
/// of a write, votes and truncations when entries find no space, an end that does not hang.
///
/// How it goes: the loop queues writes; one worker takes all that wait, writes and flushes them
/// as one commit, and posts it back to the loop, which applies it to the image in memory and
/// reports it. Reads are answered from the image, which holds only what is durable.
///
/// What it does not do, and adapters/lmdb does:
///   - keep memory and opening small: the whole log is in memory, and is written anew at opening
///   - give space back before the next opening
///   - keep a reserve: when not even a vote finds space, the storage fails, as a broken disk does
///   - notice that the last commit rotted: it looks like one that was cut off
///
/// Copy it for a storage that writes elsewhere, and keep its test.
#pragma once

#include "buoyant/base/result.h"
#include "buoyant/port/loop_poster.h"
#include "buoyant/port/storage.h"
#include "examples/storage/image.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace file_storage {

struct FileStorageOptions {
  std::string directory;
  std::string cluster;
  buoyant::ServerId server;
  /// How long close waits for a disk that does not go on; the worker is left behind then.
  buoyant::Duration hang_limit = std::chrono::seconds(2);
  /// [worker] Called before each commit; an errno makes it fail. For tests.
  std::function<int()> before_commit;
};

class Worker;
struct Commit;

class FileStorage final : public buoyant::port::Storage {
 public:
  /// Blocks. Errors: those of LogFile::open.
  static buoyant::Result<std::unique_ptr<FileStorage>> open(
      const FileStorageOptions& options, std::shared_ptr<buoyant::port::LoopPoster> poster);

  /// Without close: what was queued is dropped, the lock goes when the worker is done.
  ~FileStorage() override;

  [[nodiscard]] buoyant::port::StoredState take_stored_state() noexcept override;
  void start(buoyant::port::StorageEvents& events) noexcept override;
  void write(buoyant::port::StorageWrite write) noexcept override;
  void read(buoyant::Index first, buoyant::Index last, std::size_t bytes_max,
            buoyant::port::ReadDone done) noexcept override;
  [[nodiscard]] buoyant::port::StorageStatus status() const noexcept override;
  void close(std::function<void()> done) noexcept override;

 private:
  friend class Worker;

  FileStorage(Image image, std::shared_ptr<Worker> worker,
              std::shared_ptr<buoyant::port::LoopPoster> poster, buoyant::Duration hang_limit);

  void on_commit(const Commit& commit) noexcept;

  Image image_;
  std::shared_ptr<Worker> worker_;
  std::shared_ptr<buoyant::port::LoopPoster> poster_;
  buoyant::Duration hang_limit_;
  buoyant::port::StorageEvents* events_ = nullptr;
  buoyant::port::StorageStatus status_;
  std::size_t reads_pending_ = 0;
  bool closing_ = false;
  /// Whatever comes back from the worker finds out by this that the storage is gone.
  std::shared_ptr<FileStorage*> self_;
};

}  // namespace file_storage
