// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The floor below every log on a disk: bytes into a file that was written ahead, and one flush.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace buoyant::bench {

/// A file of 64 MiB that is overwritten from its beginning when its end is reached: a flush has
/// no new block or length of the file to note, so it is one flush of the disk.
class Journal {
 public:
  /// Makes the file in `directory` and writes all of it once.
  explicit Journal(const std::string& directory);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();

  /// pwrite and fdatasync. False: the system refused, see errno.
  bool append(std::span<const std::byte> bytes);

 private:
  int file_ = -1;
  std::size_t end_ = 0;
};

}  // namespace buoyant::bench
