// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Reads entries back: from the tables, in one short transaction per read, and from the tail.
#pragma once

#include "adapters/lmdb/environment.h"
#include "adapters/lmdb/log_tail.h"
#include "buoyant/base/result.h"
#include "buoyant/model/entry.h"

#include <vector>

namespace buoyant::lmdb {

/// See port::Storage::read. [reader]
Result<std::vector<Entry>> read_entries(Environment& environment, const LogTail& tail,
                                        GroupId group, Index first, Index last,
                                        std::size_t bytes_max);

}  // namespace buoyant::lmdb
