// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How much a process has had the system write to disks, as Linux counts it.
#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

namespace buoyant::bench {

/// Of /proc/PID/io: pages that were dirtied, and what went past the page cache. Nothing: the
/// system does not tell. `process`: a number, or "self".
inline std::optional<std::uint64_t> bytes_written_of(const std::string& process) {
  std::ifstream file("/proc/" + process + "/io");
  for (std::string word; file >> word;) {
    if (word == "write_bytes:") {
      std::uint64_t bytes = 0;
      file >> bytes;
      return bytes;
    }
  }
  return std::nullopt;
}

}  // namespace buoyant::bench
