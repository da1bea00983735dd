// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A compact copy of data.mdb in its place, while no server runs: what growth has left behind goes
/// back to the file system.
///
/// The copy is made beside the file, synced, compared with it value by value, and renamed: whenever
/// this ends, the directory has the old file or the new one, whole. lock.mdb goes first: it tells
/// of transactions of the old file, and LMDB makes a new one. The copy ends with its last page, as
/// the environment wants it (environment.h); the next opening allocates ahead again.
#pragma once

#include "adapters/posix/directory.h"
#include "buoyant/base/result.h"

#include <cstdint>
#include <functional>

namespace buoyant::lmdb {

inline constexpr const char* kCompactionName = "compacting.mdb";

struct CompactionFigures {
  /// The length of the file.
  std::uint64_t bytes_before = 0;
  std::uint64_t bytes_after = 0;
};

enum class CompactionStep : std::uint8_t { kCopied, kSynced, kCompared, kUnlocked, kRenamed };

/// Called after each step. False: it ends there, as if it was killed; for tests.
using OnCompactionStep = std::function<bool(CompactionStep)>;

/// The directory is locked by who calls. Requires: the file was checked page by page, as LMDB
/// believes what it reads.
/// Errors: kStorageCorrupt (also: the copy differs), kStorageFull, kStorageFailed, kStopped (a step
/// said so).
Result<CompactionFigures> compact(const posix::Directory& directory,
                                  const OnCompactionStep& on_step);

}  // namespace buoyant::lmdb
