// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// LMDB's return codes as errors of ours.
///
/// Inside the adapter a function that talks to LMDB returns its code (0, a MDB_ value or an
/// errno); a record of ours that fails its checks is MDB_CORRUPTED. It becomes an Error at the
/// edge, where somebody can do something about it.
#pragma once

#include "buoyant/base/error.h"

namespace buoyant::lmdb {

/// True when the code says that there is no room: in the map, on the disk, or in the quota.
[[nodiscard]] bool is_out_of_space(int code) noexcept;

/// kStorageFull, kStorageCorrupt or kStorageFailed, with the native code.
[[nodiscard]] Error native_error(int code, const char* context) noexcept;

}  // namespace buoyant::lmdb
