// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// From a directory to an open environment of which everything that was read is durable.
#pragma once

#include "adapters/lmdb/environment.h"
#include "adapters/lmdb/journal.h"
#include "adapters/lmdb/options.h"
#include "adapters/lmdb/state_values.h"
#include "adapters/posix/directory.h"
#include "buoyant/port/storage.h"

#include <memory>

namespace buoyant::lmdb {

struct Recovered {
  std::unique_ptr<Environment> environment;
  GroupState state;
  JournalPlace journal;
  /// Nothing in the journal counts any more.
  std::uint64_t mark = 0;
  port::StoredState stored;
};

/// Makes the environment when there is none, checks it (opening_check.h), opens it, flushes it,
/// takes into the tables what the journal has, and raises the start counter; after a poisoned run
/// it writes the log's tail again. Costs by the record, not by the entry. Errors: kWrongCluster,
/// kWrongIdentity, kUnsupportedVersion, kStorageCorrupt, kStorageFailed, kStorageFull.
Result<Recovered> recover(const posix::Directory& directory, const LmdbOptions& options,
                          GroupId group);

}  // namespace buoyant::lmdb
