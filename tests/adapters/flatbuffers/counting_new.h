// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Counts what this test binary takes from the heap: its operator new is replaced.
#pragma once

#include <cstddef>

namespace buoyant::flatbuf::counting_new {

/// All bytes that were ever allocated by this thread; frees do not lower it.
std::size_t allocated_bytes() noexcept;

}  // namespace buoyant::flatbuf::counting_new
