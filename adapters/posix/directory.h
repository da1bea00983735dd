// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The data directory: its exclusive lock, its file system, the files that mark its state.
///
/// LMDB lets two processes, and one process twice, write the same directory without an error;
/// two servers on one directory would vote twice. So the directory has a lock of its own, held
/// for as long as anything of this run may touch it.
#pragma once

#include "adapters/posix/file_descriptor.h"
#include "buoyant/base/result.h"

#include <string>
#include <sys/types.h>

namespace buoyant::posix {

class Directory {
 public:
  /// Makes the directory when it is missing, checks its file system, and locks it.
  /// Errors: kDirectoryInUse, kInvalidOptions (an unsafe file system), kStorageFailed.
  static Result<Directory> open(const std::string& path, bool allow_unsafe_file_system);

  Directory(Directory&& other) noexcept;
  Directory& operator=(Directory&&) = delete;
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

  /// Whether a name is there, without following it. 0 or errno; only ENOENT means that it is not.
  [[nodiscard]] int look_up(const char* name, bool& there) const noexcept;

  /// Makes the names in it durable. 0 or errno.
  [[nodiscard]] int sync() const noexcept;

  /// Leaves word for the next start that a write of this run failed. Best effort: the disk is
  /// failing.
  void mark_poisoned() const noexcept;

  [[nodiscard]] bool is_marked_poisoned() const noexcept;

  /// 0 or errno.
  [[nodiscard]] int clear_poisoned() const noexcept;

 private:
  Directory(std::string path, FileDescriptor fd) noexcept
      : path_(std::move(path)), fd_(std::move(fd)) {}

  [[nodiscard]] Result<void> lock();

  std::string path_;
  FileDescriptor fd_;
  FileDescriptor lock_;
  /// In the process-wide list of open directories.
  bool registered_ = false;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace buoyant::posix
