// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Whether data.mdb holds together: every tree of one commit page by page, and each page in use
/// once, or free, or lost. LMDB believes all of it; a wrong page hides values, is overwritten while
/// it is in use, or ends the process.
#pragma once

#include "adapters/lmdb/page_walk.h"
#include "buoyant/base/error.h"

#include <cstdint>
#include <vector>

namespace buoyant::lmdb {

struct Structure {
  /// In the order in which they were found.
  std::vector<PageDamage> damages;
  /// Of which it is known what they are for.
  std::uint64_t pages = 0;
  /// Pages that belong to nothing. That is no damage: the space is lost until a compaction. Counted
  /// when there is no damage.
  std::uint64_t pages_lost = 0;
};

/// Reads branches, leaves, the lists of free pages, and of each large value its first page's head:
/// no contents. Needs a view that holds for as long.
[[nodiscard]] Structure check_structure(const PageFile& file, const FileHeader& view);

/// kStorageFailed if the page could not be read, else kStorageCorrupt; its context names the page.
[[nodiscard]] Error damage_error(const PageDamage& damage);

}  // namespace buoyant::lmdb
