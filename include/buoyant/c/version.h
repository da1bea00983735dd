// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The version of these headers, and of the library behind them.
#pragma once

#include "buoyant/c/export.h"

#define BUOYANT_VERSION_MAJOR 0
#define BUOYANT_VERSION_MINOR 1
#define BUOYANT_VERSION_PATCH 0

/// One number that grows from version to version: 0x000100 is 0.1.0.
#define BUOYANT_VERSION_HEX \
  ((BUOYANT_VERSION_MAJOR << 16) | (BUOYANT_VERSION_MINOR << 8) | BUOYANT_VERSION_PATCH)

BUOYANT_C_BEGIN

/// BUOYANT_VERSION_HEX of the library that is linked; any thread.
BUOYANT_C_API unsigned buoyant_version(void);

/// The same as text, "0.1.0". Static storage; any thread.
BUOYANT_C_API const char* buoyant_version_string(void);

BUOYANT_C_END
