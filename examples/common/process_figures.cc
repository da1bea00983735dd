// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/process_figures.h"

#include <uv.h>

#include <filesystem>
#include <system_error>

namespace example {

ProcessFigures process_figures() {
  ProcessFigures figures;
  std::size_t resident = 0;
  if (uv_resident_set_memory(&resident) == 0) {
    figures.resident_bytes = resident;
  }
  std::error_code error;
  for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; !error && at != end;
       at.increment(error)) {
    ++figures.descriptors;
  }
  // One of them is that of the directory.
  figures.descriptors -= figures.descriptors > 0 ? 1 : 0;
  return figures;
}

}  // namespace example
