// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Which parts of data.mdb are advised to leave the page cache, and which to come into it.
///
/// A log that grows through the page cache takes all the memory that is free, for entries that
/// hardly anybody reads again, and each page of it has to be found, in a virtual machine perhaps
/// from the host. So only what is newest stays, for followers that are a little behind; and of what
/// is older the kernel is told ahead what will be read.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace buoyant::lmdb {

/// Bytes [begin, end) of the file.
struct FileRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  friend bool operator==(const FileRange&, const FileRange&) = default;
};

/// What leaves as the file grows. A file that does not grow is written over in place: the cache has
/// no more of it than it is long.
class CacheWindow {
 public:
  /// So much leaves at a time: about a millisecond's work.
  static constexpr std::uint64_t kStep = std::uint64_t{16} << 20U;
  /// The kernel keeps pieces of up to this size whole, where a step ended within one. The next step
  /// takes it.
  static constexpr std::uint64_t kPiece = std::uint64_t{2} << 20U;

  /// `keep`: of the newest part; `used`: how long the file's used part is now. What is there stays.
  CacheWindow(std::uint64_t keep, std::uint64_t used) noexcept
      : keep_(keep), first_(used), left_(used) {}

  /// What is to leave now that the file is used, and durable, up to `used`.
  [[nodiscard]] std::optional<FileRange> on_durable(std::uint64_t used) noexcept {
    const std::uint64_t grown = used - std::min(used, left_);
    if (grown < kStep || grown - kStep < keep_) {
      return std::nullopt;
    }
    const std::uint64_t begin = std::max(first_, left_ - std::min(left_, kPiece));
    left_ = used - keep_;
    return FileRange{.begin = begin, .end = left_};
  }

 private:
  std::uint64_t keep_;
  std::uint64_t first_;
  std::uint64_t left_;
};

/// What comes: the records of the log lie one after another where the file grew. Where they do not,
/// this costs a few reads for nothing.
class ReadAhead {
 public:
  /// What the disk has to do while a read of the log, copying and sending are under way.
  static constexpr std::uint64_t kBytes = std::uint64_t{8} << 20U;

  /// A read ended at `end`, and the used part of the file does at `used`.
  [[nodiscard]] FileRange on_read(std::uint64_t end, std::uint64_t used) noexcept {
    if (end > until_ || until_ - end > kBytes) {
      // Another part of the log than the last time.
      until_ = end;
    }
    const std::uint64_t begin = until_;
    until_ = std::max(begin, std::min(end + kBytes, used));
    return {.begin = begin, .end = until_};
  }

 private:
  std::uint64_t until_ = 0;
};

}  // namespace buoyant::lmdb
