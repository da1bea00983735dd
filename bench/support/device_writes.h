// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How much was written to the disk below a directory, by whomever.
#pragma once

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace buoyant::bench {

/// So far, of /proc/diskstats. 0: the system does not tell.
inline std::uint64_t device_bytes_written(const std::string& directory) {
  struct stat found {};

  if (::stat(directory.c_str(), &found) != 0) {
    return 0;
  }
  std::ifstream file("/proc/diskstats");
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    unsigned major_number = 0;
    unsigned minor_number = 0;
    std::string skipped;
    fields >> major_number >> minor_number;
    if (major_number != major(found.st_dev) || minor_number != minor(found.st_dev)) {
      continue;
    }
    // The name, four figures of reads, and of writes how many and how many merged.
    constexpr int kFieldsBefore = 7;
    for (int field = 0; field < kFieldsBefore; ++field) {
      fields >> skipped;
    }
    constexpr std::uint64_t kSectorBytes = 512;
    std::uint64_t sectors = 0;
    fields >> sectors;
    return sectors * kSectorBytes;
  }
  return 0;
}

}  // namespace buoyant::bench
