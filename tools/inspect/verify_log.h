// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Whether the log of a data directory is what it was written as: its values against their
/// checksums and against each other, its records against their checksums and against the values.
#pragma once

#include "adapters/lmdb/log_image.h"
#include "buoyant/port/codec.h"
#include "tools/inspect/report.h"

namespace buoyant::inspect_tool {

/// Identity, state, snapshot, peers, terms and configurations. Errors: those of read_view.
Result<void> verify_values(const lmdb::PageFile& file, port::Codec& codec, Report& report);

/// All records of the log, view by view: on a server that runs it may end where the log ends by
/// then, and begins where it begins. Errors: those of read_view.
Result<void> verify_records(const lmdb::PageFile& file, Report& report,
                            const OnProgress& on_progress);

}  // namespace buoyant::inspect_tool
