// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The floor has nothing to do when the system refuses: it says what, and ends.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace buoyant::bench {

inline void expect(bool is_done, const char* what) {
  if (!is_done) {
    std::perror(what);
    std::abort();
  }
}

}  // namespace buoyant::bench
