// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The directory of the snapshot files: names, and which of them are durable.
#pragma once

#include "adapters/files/file.h"
#include "adapters/files/options.h"
#include "adapters/posix/directory.h"
#include "buoyant/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace buoyant::files {

/// Locked for as long as it lives. One thread at a time.
class Folder {
 public:
  /// Errors: kDirectoryInUse, kInvalidOptions (an unsafe file system), kStorageFailed.
  static Result<Folder> open(const FilesOptions& options);

  /// All names in it.
  [[nodiscard]] Result<std::vector<std::string>> names() const;

  /// Makes the names durable as they are: an earlier process may have been killed between a
  /// rename and its sync.
  [[nodiscard]] int sync() const noexcept;

  /// A new, empty file; what had the name is replaced.
  [[nodiscard]] int create(const std::string& name, File& file) const noexcept;

  /// ENOENT: there is none. Links are not followed.
  [[nodiscard]] int open_file(const std::string& name, bool writable, File& file) const noexcept;

  /// Durably: a file that was synced before is there under the new name after a crash, or under
  /// the old one, and under no name half of it. After an error it has neither.
  [[nodiscard]] int rename(const std::string& from, const std::string& to) const noexcept;

  /// Not durably: it may be there again after a crash.
  [[nodiscard]] int remove(const std::string& name) const noexcept;

  /// ENOSPC when less than the reserve is left.
  [[nodiscard]] int check_space() const noexcept;

 private:
  Folder(posix::Directory directory, std::uint64_t reserve_bytes, FileHook* hook)
      : directory_(std::move(directory)), reserve_bytes_(reserve_bytes), hook_(hook) {}

  posix::Directory directory_;
  std::uint64_t reserve_bytes_;
  FileHook* hook_;
};

}  // namespace buoyant::files
