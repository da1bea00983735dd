// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How buoyant-echo ends: the exit codes that scripts may rely on.
#pragma once

#include "buoyant/base/error.h"

namespace example {

enum ExitCode : int {
  kExitClean = 0,
  kExitUsage = 2,  ///< Wrong flags, an address that cannot be used, a feature that is not there.
  kExitStorageFailed = 10,
  kExitDataCorrupt = 11,
  kExitDirectoryInUse = 12,
  kExitWrongIdentity = 13,
};

/// The exit code for what went wrong at the start.
ExitCode exit_code_of(buoyant::Errc code) noexcept;

}  // namespace example
