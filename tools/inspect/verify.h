// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The verification of a whole data directory.
#pragma once

#include "buoyant/port/codec.h"
#include "tools/inspect/report.h"

#include <string>

namespace buoyant::inspect_tool {

/// Told before it begins how much there is to be read.
using OnTotal = std::function<void(std::uint64_t bytes)>;

/// Checks what there is to be checked, whatever is damaged.
/// Errors: kNotReady (there is no data), kStorageFailed (it cannot be opened), kBusy.
Result<Report> verify(const std::string& directory, port::Codec& codec, const OnTotal& on_total,
                      const OnProgress& on_progress);

}  // namespace buoyant::inspect_tool
