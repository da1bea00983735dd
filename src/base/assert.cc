// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/base/assert.h"

#include <cinttypes>
#include <cstdio>
#include <cstdlib>

namespace buoyant {

namespace {

thread_local AssertContext current_context;

}  // namespace

AssertContext set_assert_context(AssertContext context) noexcept {
  const AssertContext previous = current_context;
  current_context = context;
  return previous;
}

void assert_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr,
               "buoyant: assertion failed: %s (%s:%d) server=%" PRIu64 " term=%" PRIu64
               " seed=%" PRIu64 "\n",
               condition, file, line, current_context.server_id, current_context.term,
               current_context.seed);
  std::abort();
}

}  // namespace buoyant
