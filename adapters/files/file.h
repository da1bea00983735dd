// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A file, as the operating system has it: every operation is complete or an error.
///
/// Functions that are called `int` give 0 or an errno; it becomes an Error at the edge
/// (file_error), where somebody can do something about it.
#pragma once

#include "adapters/files/options.h"
#include "adapters/posix/file_descriptor.h"
#include "buoyant/base/bytes.h"
#include "buoyant/base/error.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace buoyant::files {

/// kStorageFull or kStorageFailed, with the errno.
[[nodiscard]] Error file_error(int code, const char* context) noexcept;

/// What a hook says to an operation without bytes.
[[nodiscard]] int ask_hook(FileHook* hook, Operation operation) noexcept;

/// Moved, never copied; closes itself, but who wrote to it closes it by close().
class File {
 public:
  File() noexcept = default;

  File(posix::FileDescriptor fd, FileHook* hook) noexcept : fd_(std::move(fd)), hook_(hook) {}

  [[nodiscard]] bool is_open() const noexcept { return fd_.is_open(); }

  /// Reads all of `target`, or what there is before the end of the file: `count` bytes.
  [[nodiscard]] int read_at(std::uint64_t offset, std::span<std::byte> target,
                            std::size_t& count) const noexcept;

  [[nodiscard]] int write_at(std::uint64_t offset, ByteView bytes) const noexcept;
  [[nodiscard]] int truncate(std::uint64_t bytes) const noexcept;
  [[nodiscard]] int size(std::uint64_t& bytes) const noexcept;
  [[nodiscard]] int sync() const noexcept;

  /// Also the place where some file systems tell of a write that failed. It is closed in any
  /// case.
  [[nodiscard]] int close() noexcept;

 private:
  posix::FileDescriptor fd_;
  FileHook* hook_ = nullptr;
};

}  // namespace buoyant::files
