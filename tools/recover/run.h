// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The whole of a recovery, for the programs that offer it.
#pragma once

#include "tools/recover/options.h"

namespace buoyant::recover_tool {

/// Says what there is to say on stdout, or why not on stderr, as `program`; the exit code.
int run(const char* program, const Options& options);

}  // namespace buoyant::recover_tool
