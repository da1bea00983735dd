// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a store of snapshot files is opened with.
#pragma once

#include "buoyant/base/time.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace buoyant::files {

/// What is asked of the operating system.
enum class Operation : std::uint8_t {
  kOpen,
  kRead,
  kWrite,
  kTruncate,
  kSync,
  kClose,
  kRename,
  kRemove,
  kSyncDirectory,
};

/// Stands before each operation, on the thread that does it: how tests make a disk hang or fail.
class FileHook {
 public:
  FileHook() = default;
  FileHook(const FileHook&) = delete;
  FileHook& operator=(const FileHook&) = delete;
  virtual ~FileHook() = default;

  /// 0: go on; else the operation fails with this errno. May block. `bytes`, of a read or a
  /// write, may be lowered: the operation is then a short one; 0 is the end of the file.
  virtual int before(Operation operation, std::size_t& bytes) noexcept = 0;
};

struct FilesOptions {
  /// Made with mode 0700 when it is missing; its parent must exist. Nothing else is kept in it.
  std::string directory;
  /// What snapshots leave free on the disk, for the log: below it they are refused as
  /// kStorageFull.
  std::uint64_t reserve_bytes = std::uint64_t{16} << 20U;
  /// Opens on NFS, SMB, 9P and FUSE too, where locks are not to be trusted.
  bool allow_unsafe_file_system = false;
  /// How long close waits for a step that makes no progress before it leaves it behind.
  Duration hang_limit = std::chrono::seconds(2);
  /// Borrowed for as long as a step may be under way; null in production.
  FileHook* hook = nullptr;
};

}  // namespace buoyant::files
