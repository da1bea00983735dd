// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Counts as counting_new.cc does, in a fuzzer: libFuzzer has memory of its own from the
/// sanitizer's operator new, which therefore is not to be replaced.

#include "tests/adapters/flatbuffers/counting_new.h"

#include <sanitizer/allocator_interface.h>

namespace buoyant::flatbuf::counting_new {

thread_local std::size_t allocated = 0;

void on_malloc(const volatile void* /*memory*/, std::size_t size) {
  allocated += size;
}

void on_free(const volatile void* /*memory*/) {}

std::size_t allocated_bytes() noexcept {
  static const int installed = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
  static_cast<void>(installed);
  return allocated;
}

}  // namespace buoyant::flatbuf::counting_new
