// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// data.mdb for those who only look: plain reads, page by page, also while a server writes it.
///
/// A reader of LMDB's own writes to lock.mdb, keeps pages from being used again for as long as it
/// lives - or, if it was killed, until the server's next start - and dies of a damaged page. This
/// one writes nothing, holds nothing back, and reports. What LMDB would have protected is found
/// out afterwards: pages that the commit S can see are freed by S + 1 at the earliest, and what a
/// commit T freed is written over by T + 2 at the earliest, which begins when T + 1 is there. So
/// what was read of S is what S left, if no commit after S + 1 is there by then: view_holds().
/// (LMDB 0.9: mdb_find_oldest, mdb_page_alloc.)
#pragma once

#include "adapters/lmdb/file_header.h"
#include "adapters/posix/file_descriptor.h"
#include "buoyant/base/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace buoyant::lmdb {

class PageFile {
 public:
  /// Opens data.mdb of a data directory for reading. Takes no lock.
  /// Errors: kNotReady (there is none), kStorageFailed.
  static Result<PageFile> open(const std::string& directory);

  /// Any other file of LMDB's layout. The same errors.
  static Result<PageFile> open_file(const std::string& path);

  /// The last two commits; nobody writes meanwhile. Errors: those of read_file_views.
  [[nodiscard]] Result<FileViews> views() const { return read_file_views(fd_.get()); }

  /// What the newest commit left. Errors: those of read_file_header, kBusy.
  [[nodiscard]] Result<FileHeader> newest() const;

  /// Whether everything that was read of `view` before is what that commit left.
  /// Errors: those of newest().
  [[nodiscard]] Result<bool> view_holds(const FileHeader& view) const;

  /// Reads all of `target`. 0 or errno; EIO also where the file ends.
  [[nodiscard]] int read(std::uint64_t offset, std::span<std::byte> target) const noexcept;

  /// Has it read soon, if the system goes along: many at once cost little more than one.
  void read_ahead(std::uint64_t offset, std::uint64_t bytes) const noexcept;

  /// In bytes: its length, and what of it the file system has allocated. 0 or errno.
  [[nodiscard]] int size(std::uint64_t& bytes, std::uint64_t& allocated) const noexcept;

 private:
  explicit PageFile(posix::FileDescriptor fd) noexcept : fd_(std::move(fd)) {}

  posix::FileDescriptor fd_;
};

}  // namespace buoyant::lmdb
