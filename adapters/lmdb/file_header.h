// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A look at data.mdb before LMDB maps it.
///
/// LMDB trusts its file: a bad page number is a SIGSEGV or an abort, a file that was cut short
/// a SIGBUS. This reads both meta pages with plain reads and refuses what would end like that.
#pragma once

#include "buoyant/base/result.h"

#include <cstdint>

namespace buoyant::lmdb {

/// The root of a tree without pages.
inline constexpr std::uint64_t kNoPage = ~std::uint64_t{0};

struct FileHeader {
  std::uint32_t page_bytes = 0;
  /// Of the newer meta page.
  std::uint64_t last_page = 0;
  std::uint64_t transaction = 0;
  /// The tree of freed pages, and that of the tables.
  std::uint64_t free_root = kNoPage;
  std::uint64_t main_root = kNoPage;

  friend bool operator==(const FileHeader&, const FileHeader&) = default;
};

/// Reads and checks both meta pages against each other and against the file's size. The file of
/// this adapter always covers the pages that its meta page counts (environment.h). While somebody
/// writes it may find what is not there: see PageFile.
/// Errors: kStorageCorrupt, kStorageFailed.
Result<FileHeader> read_file_header(int fd);

}  // namespace buoyant::lmdb
