// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A look at data.mdb before LMDB maps it.
///
/// LMDB trusts its file: a bad page number is a SIGSEGV or an abort, a file that was cut short
/// a SIGBUS. This reads both meta pages with plain reads and refuses what would end like that.
#pragma once

#include "adapters/lmdb/page_layout.h"
#include "buoyant/base/result.h"

#include <cstdint>

namespace buoyant::lmdb {

/// What one meta page says: a commit.
struct FileHeader {
  std::uint32_t page_bytes = 0;
  std::uint64_t last_page = 0;
  std::uint64_t transaction = 0;
  TreeFigures free_tree;
  /// The tree of the tables.
  TreeFigures main_tree;

  friend bool operator==(const FileHeader&, const FileHeader&) = default;
};

/// The last two commits. The file still has all of the older one: its pages are freed by the newer
/// one, and what that freed is written over by the next but one at the earliest.
struct FileViews {
  FileHeader newer;
  /// After a meta page that could not be written the roots of that transaction are in it, with the
  /// number of the one before (mdb_env_write_meta): not to be believed after a poisoned run.
  FileHeader older;
};

/// Reads and checks both meta pages against each other and against the file's size. The file of
/// this adapter always covers the pages that its meta page counts (environment.h). While somebody
/// writes it may find what is not there: see PageFile.
/// Errors: kStorageCorrupt, kStorageFailed.
Result<FileViews> read_file_views(int fd);

/// The newer one of them.
Result<FileHeader> read_file_header(int fd);

}  // namespace buoyant::lmdb
