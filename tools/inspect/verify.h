// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The verification of a whole data directory.
#pragma once

#include "adapters/lmdb/page_file.h"
#include "buoyant/port/codec.h"
#include "tools/inspect/report.h"

#include <string>

namespace buoyant::inspect_tool {

/// Told before it begins how much there is to be read.
using OnTotal = std::function<void(std::uint64_t bytes)>;

/// About how much of data.mdb that is.
std::uint64_t bytes_to_read(const lmdb::PageFile& file);

/// data.mdb alone. Errors: those of PageFile::newest and read_view.
Result<void> verify_data(const lmdb::PageFile& file, port::Codec& codec, Report& report,
                         const OnProgress& on_progress);

/// Checks what there is to be checked, whatever is damaged.
/// Errors: kNotReady (there is no data), kStorageFailed (it cannot be opened), kBusy.
Result<Report> verify(const std::string& directory, port::Codec& codec, const OnTotal& on_total,
                      const OnProgress& on_progress);

}  // namespace buoyant::inspect_tool
