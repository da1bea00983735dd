// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The file: an image, and behind it the commits that came after, each flushed before the next.
///
///   frame = u64 body bytes | u64 sequence, from 0 | u64 checksum of the body | u64 checksum of
///           these three | body | zeros up to a multiple of 8
///   the body of frame 0 is the image, that of each further one is a list of writes
///
/// Opening reads all of it and writes it anew, as one image under another name, flushed and
/// renamed. So nothing counts that only the page cache has (a process may have been killed, or a
/// flush may have failed, after which the kernel believes the pages clean), a commit that was
/// cut off is gone, and what was compacted gives its space back.
#pragma once

#include "buoyant/base/result.h"
#include "examples/storage/image.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace file_storage {

/// One directory's log. Holds its lock. Any thread, one at a time.
class LogFile {
 public:
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
  ~LogFile();

  /// Opens the directory, or makes it; the start counter rises. `image` is what it holds then.
  /// Errors: kDirectoryInUse, kWrongCluster, kWrongIdentity, kStorageCorrupt (a commit in the
  /// middle fails its checksum, or another version wrote it), kStorageFull, kStorageFailed.
  static buoyant::Result<std::unique_ptr<LogFile>> open(const std::string& directory,
                                                        const std::string& cluster,
                                                        buoyant::ServerId server, Image& image);

  /// Writes one commit and flushes it: 0, or the errno; then it is as if it had not been tried,
  /// if the disk lets us.
  int append(const std::string& commit) noexcept;

  [[nodiscard]] std::uint64_t bytes() const noexcept { return end_; }

 private:
  LogFile() = default;

  /// Writes the file anew: 0, or the errno.
  int begin(const std::string& directory, const Image& image);

  /// -1: not open.
  int directory_ = -1;
  int file_ = -1;
  std::uint64_t end_ = 0;
  std::uint64_t sequence_ = 0;
};

/// The bodies of all whole frames.
/// Errors: kStorageCorrupt. A last frame that is not whole is no error: nobody was told of it.
/// (One that was whole once and rotted looks the same: that is not noticed.)
buoyant::Result<std::vector<std::string_view>> read_frames(std::string_view file);

std::string frame(std::uint64_t sequence, std::string_view body);

}  // namespace file_storage
