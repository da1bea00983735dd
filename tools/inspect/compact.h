// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The compaction of a stopped server's data.mdb, with all that must hold before.
#pragma once

#include "adapters/lmdb/compaction.h"
#include "buoyant/port/codec.h"
#include "tools/inspect/verify.h"

#include <string>

namespace buoyant::inspect_tool {

/// Locks the directory, checks data.mdb, compacts it.
/// Errors: kNotReady (there is no data, or POISON), kDirectoryInUse, kStorageCorrupt, and those of
/// lmdb::compact.
Result<lmdb::CompactionFigures> compact(const std::string& directory, port::Codec& codec,
                                        const OnTotal& on_total, const OnProgress& on_progress,
                                        const lmdb::OnCompactionStep& on_step);

std::string to_text(const lmdb::CompactionFigures& figures);
std::string to_json(const lmdb::CompactionFigures& figures);

}  // namespace buoyant::inspect_tool
