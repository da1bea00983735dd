// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How a data directory gets its environment.
///
/// LMDB does not create its file atomically: a power cut before its first flush leaves a file
/// that it cannot open. So it is made in a directory aside, committed, synced and renamed; what
/// a creation that was cut short left aside is removed.
#pragma once

#include "adapters/lmdb/options.h"
#include "adapters/lmdb/transaction.h"
#include "adapters/posix/directory.h"
#include "buoyant/base/result.h"
#include "buoyant/model/hard_state.h"

#include <cstdint>

namespace buoyant::lmdb {

inline constexpr const char* kCreationName = "creating";

/// Errors: kInvalidOptions, kStorageFailed, kStorageFull.
Result<void> create_if_missing(const posix::Directory& directory, const LmdbOptions& options,
                               GroupId group);

/// LMDB's code.
[[nodiscard]] int write_identity(Transaction& txn, const Identity& identity);

/// Not zero. 0 or errno.
[[nodiscard]] int random_number(std::uint64_t& number) noexcept;

}  // namespace buoyant::lmdb
