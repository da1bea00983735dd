// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What is known of data.mdb before LMDB maps it: that its pages hold together (structure.h), and
/// that nothing of the log is missing. All with plain reads, so that a damaged file is an error and
/// not the end of the process.
///
/// Checksums cover a value and its key, but not that a value is there, nor that this is the last
/// commit. So every small value is looked at, also those that nobody would ask for under the key
/// that they have now; the records must follow each other; and each commit carries its number
/// (transaction_key), which must be that of its meta page.
#pragma once

#include "adapters/lmdb/journal.h"
#include "adapters/posix/directory.h"
#include "buoyant/base/result.h"
#include "buoyant/model/ids.h"

namespace buoyant::lmdb {

/// The journal, where it lies and what is in it.
struct FoundJournal {
  JournalPlace place;
  JournalContents contents;
};

/// Reads no record but its head, and the journal: costs by the page and the record. The directory
/// is locked by who calls. `poisoned`: the last run ended with a failed write. Errors:
/// kStorageCorrupt, kStorageFailed, kUnsupportedVersion (of the format).
Result<FoundJournal> check_before_mapping(const posix::Directory& directory, GroupId group,
                                          bool poisoned);

}  // namespace buoyant::lmdb
