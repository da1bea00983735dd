// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What main() of an example server does.
#pragma once

#include "examples/common/application.h"
#include "examples/common/options.h"

#include <functional>
#include <memory>

namespace example {

using MakeProgram = std::function<std::unique_ptr<Program>(const Options&)>;

/// Reads the command line, runs the program until it ends and gives its exit code.
int run_program(const ProgramText& text, int argc, char** argv, const MakeProgram& make);

}  // namespace example
