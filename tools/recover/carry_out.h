// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One write to a storage by a program without a loop of its own.
#pragma once

#include "buoyant/base/result.h"
#include "buoyant/port/storage.h"

#include <functional>
#include <memory>

namespace buoyant::recover_tool {

/// Runs what the storage posts until the condition holds; false: it did not in time.
using Wait = std::function<bool(const std::function<bool()>& condition)>;

/// Submits the write, waits until it is durable, and lets the storage go.
/// Errors: kStorageFull, kStorageFailed: it is not in the log; kOutcomeUnknown: the disk does not
/// answer.
Result<void> carry_out(std::unique_ptr<port::Storage> storage, port::StorageWrite write,
                       const Wait& wait);

}  // namespace buoyant::recover_tool
