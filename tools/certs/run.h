// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What buoyant-certs does once its command line is read.
#pragma once

#include "buoyant/base/result.h"
#include "tools/certs/files.h"
#include "tools/certs/options.h"

namespace buoyant::certs_tool {

/// Where what was made lies.
/// Errors: those of write_pair and read_pair.
Result<Paths> carry_out(const Options& options);

/// The same, said in words; the exit code.
int run(const char* program, const Options& options);

}  // namespace buoyant::certs_tool
