// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Snapshots out of data directories, and into those of stopped servers.
#pragma once

#include "buoyant/base/result.h"
#include "tools/inspect/import_plan.h"
#include "tools/inspect/report.h"
#include "tools/inspect/verify.h"

#include <functional>
#include <string>

namespace buoyant::inspect_tool {

/// Writes the log's snapshot to `path`; live or stopped. What was exported.
/// Errors: kNotReady (there is no data, or no snapshot), kStorageCorrupt (or its file is missing),
/// and those of write_export.
Result<SnapshotMetadata> export_snapshot(const std::string& directory, const std::string& path,
                                         const OnTotal& on_total, const OnProgress& on_progress);

struct ImportOptions {
  std::string directory;
  std::string path;
  bool force = false;
};

/// What an import would mean, or means: with `force` it is done, after `on_plan`. Only with it
/// the directory's lock is taken. First the file is durable under its name, then the log and the
/// state change in one commit: ended in between, it was not done, and may be done again.
/// Errors: those of open_export and make_import_plan; kNotReady (there is no data);
/// kDirectoryInUse; kStorageCorrupt, kStorageFull, kStorageFailed, kOutcomeUnknown.
Result<ImportPlan> import_snapshot(const ImportOptions& options,
                                   const std::function<void(const ImportPlan&)>& on_plan,
                                   const OnTotal& on_total, const OnProgress& on_progress);

}  // namespace buoyant::inspect_tool
