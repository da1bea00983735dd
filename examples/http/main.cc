// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-http: keys and a counter over HTTP, on one event loop with the node that replicates
/// them.

#include "examples/common/main.h"

#include "examples/http/http_program.h"

int main(int argc, char** argv) {
  return example::run_program(http::kProgramText, argc, argv, [](const example::Options&) {
    return std::make_unique<http::HttpProgram>();
  });
}
