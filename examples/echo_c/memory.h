// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a server without memory does: it stops.
#pragma once

#include <stdlib.h>

static inline void* must(void* memory) {
  if (memory == NULL) abort();
  return memory;
}
