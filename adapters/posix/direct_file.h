// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Durable writes around the page cache (O_DIRECT, RWF_DSYNC), and without a thread of ours: the
/// kernel takes one (io_uring) and says through a descriptor that it is done.
///
/// io_uring, not the older aio: io_submit waits where a write has to wait, and one has to whenever
/// the time in the inode changes; io_uring gives such a write to a thread of the kernel.
#pragma once

#include "adapters/posix/file_descriptor.h"
#include "buoyant/base/bytes.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

struct io_uring;

namespace buoyant::posix {

/// Of one thread at a time. Offsets, sizes and addresses are multiples of kDiskBlock.
class DirectFile {
 public:
  /// Opens a file that exists; the block at `offset` is read and written as it was, to see that it
  /// can be. Null: the file system cannot write around the page cache.
  static std::unique_ptr<DirectFile> open(const std::string& path, std::uint64_t offset) noexcept;

  /// Waits for what processes that were killed have begun there. Their end does not: a write that
  /// the disk had taken lands after their locks are free. Best effort: file systems on a disk
  /// (ext4, XFS, Btrfs) wait.
  static void wait_for_killed_writers(const std::string& path) noexcept;

  DirectFile(const DirectFile&) = delete;
  DirectFile& operator=(const DirectFile&) = delete;

  /// Requires: nothing is under way.
  ~DirectFile();

  /// Makes it durable before it comes back. 0 or errno.
  [[nodiscard]] int write(ByteView bytes, std::uint64_t offset) noexcept;

  /// False: the kernel has no io_uring for this process (too old, or forbidden as in many
  /// containers), or it failed once.
  [[nodiscard]] bool can_begin() const noexcept { return ring_ != nullptr && !has_failed_; }

  /// Begins a durable write and does not wait. `bytes` stay until it has ended. False: it was not
  /// begun, and will not be.
  /// Requires: can_begin(); nothing is under way.
  [[nodiscard]] bool begin(ByteView bytes, std::uint64_t offset) noexcept;

  /// How the write ended: 0 or errno; nothing: it is under way. EAGAIN: some of it may be there.
  [[nodiscard]] std::optional<int> poll() noexcept;

  /// The same, and waits. Requires: one is under way.
  [[nodiscard]] int wait() noexcept;

  /// An eventfd that can be read when poll() has something to say. Requires: can_begin().
  [[nodiscard]] int signal() const noexcept { return signal_.get(); }

 private:
  struct CloseRing {
    void operator()(io_uring* ring) const noexcept;
  };

  explicit DirectFile(FileDescriptor file) noexcept : file_(std::move(file)) {}

  void open_ring() noexcept;
  [[nodiscard]] int end(std::int32_t result) noexcept;

  FileDescriptor file_;
  FileDescriptor signal_;
  std::unique_ptr<io_uring, CloseRing> ring_;
  std::size_t bytes_under_way_ = 0;
  bool has_failed_ = false;
};

}  // namespace buoyant::posix
