// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Whether each page of data.mdb is in use once, or free.
#pragma once

#include "adapters/lmdb/page_file.h"
#include "tools/inspect/report.h"

namespace buoyant::inspect_tool {

/// Looks at every page of every tree, but not into large values. Needs a view that holds for as
/// long: of a server that writes it says that it did not. Errors: those of PageFile::newest.
Result<void> verify_pages(const lmdb::PageFile& file, Report& report);

}  // namespace buoyant::inspect_tool
