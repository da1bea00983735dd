// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Assertions for what our own code guarantees; they are on in every build type.
///
/// A server whose own invariant is broken must stop, so a failure prints the condition,
/// the place and the context of the running server, and aborts. Bytes from a peer, a disk
/// or a user are never asserted: they are checked and refused.
#pragma once

#include "buoyant/base/export.h"

#include <cstdint>

namespace buoyant {

/// What a failing assertion prints besides the condition. Thread-local: a thread that runs
/// several nodes sets it when it enters one. All zero: not known.
struct AssertContext {
  std::uint64_t server_id = 0;
  std::uint64_t term = 0;
  std::uint64_t seed = 0;
};

/// Replaces the calling thread's context and returns the previous one.
BUOYANT_EXPORT AssertContext set_assert_context(AssertContext context) noexcept;

/// Prints one line to stderr and aborts.
[[noreturn]] BUOYANT_EXPORT void assert_failed(const char* condition, const char* file,
                                               int line) noexcept;

}  // namespace buoyant

#define BUOYANT_ASSERT(condition)                               \
  do {                                                          \
    if (!(condition)) [[unlikely]] {                            \
      ::buoyant::assert_failed(#condition, __FILE__, __LINE__); \
    }                                                           \
  } while (false)
