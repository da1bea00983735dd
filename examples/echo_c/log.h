// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What is said on stderr.
#pragma once

#include "options.h"

/// One line, if the options want lines of this level (enum buoyant_log_level).
__attribute__((format(printf, 3, 4))) void say(const struct options* options, int level,
                                               const char* format, ...);

/// Says what went wrong, and returns the exit code that there is for it.
int explain(const struct options* options, const char* what, const buoyant_error_t* error);
