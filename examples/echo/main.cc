// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-echo: sends every line back once it is committed on a majority and applied here.

#include "examples/common/main.h"

#include "examples/echo/echo_service.h"

int main(int argc, char** argv) {
  return example::run_program(echo::kProgramText, argc, argv, [](const example::Options& options) {
    return std::make_unique<echo::EchoProgram>(options);
  });
}
