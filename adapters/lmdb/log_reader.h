// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Reads entries back, in one short transaction per read.
#pragma once

#include "adapters/lmdb/environment.h"
#include "buoyant/base/result.h"
#include "buoyant/model/entry.h"

#include <vector>

namespace buoyant::lmdb {

/// See port::Storage::read. [any thread]
Result<std::vector<Entry>> read_entries(Environment& environment, GroupId group, Index first,
                                        Index last, std::size_t bytes_max);

}  // namespace buoyant::lmdb
