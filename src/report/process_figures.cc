// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/report.h"

#include <filesystem>
#include <fstream>
#include <system_error>
#include <unistd.h>

namespace buoyant {

ProcessFigures process_figures() {
  ProcessFigures figures;
  std::ifstream statm("/proc/self/statm");
  std::uint64_t pages = 0;
  std::uint64_t resident = 0;
  if (const long page = ::sysconf(_SC_PAGESIZE); page > 0 && statm >> pages >> resident) {
    figures.resident_bytes = resident * static_cast<std::uint64_t>(page);
  }
  statm.close();
  std::error_code error;
  for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; !error && at != end;
       at.increment(error)) {
    ++figures.descriptors;
  }
  // One of them is that of the directory.
  figures.descriptors -= figures.descriptors > 0 ? 1 : 0;
  return figures;
}

}  // namespace buoyant
