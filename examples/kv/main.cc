// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-kv: a replicated key-value store for redis-cli and its like.

#include "examples/common/main.h"

#include "examples/kv/kv_service.h"

int main(int argc, char** argv) {
  return example::run_program(kv::kProgramText, argc, argv, [](const example::Options& options) {
    return std::make_unique<kv::KvProgram>(options);
  });
}
