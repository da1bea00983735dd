// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Whether snapshot files are what they were written as, chunk by chunk.
#pragma once

#include "adapters/files/snapshot_reader.h"
#include "tools/inspect/report.h"
#include "tools/inspect/status.h"

#include <string>

namespace buoyant::inspect_tool {

/// All contents of a complete file against their checksums; they are also given to `on_part`.
void verify_contents(const files::SnapshotReader& reader, const std::string& name, Report& report,
                     const std::function<void(const Bytes&)>& on_part);

/// All files, and whether the one that the log names is there. `named`: reads which one that is
/// (position zero: none, or not known). Errors: kStorageFailed.
Result<void> verify_snapshots(const std::string& directory,
                              const std::function<SnapshotId()>& named, Report& report,
                              const OnProgress& on_progress);

}  // namespace buoyant::inspect_tool
