// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/process/snapshot_files.h"

#include <filesystem>

namespace buoyant::process {

namespace fs = std::filesystem;

/// Calls `take` with the name and size of each file below the path; files may go meanwhile.
static void each_file(const std::string& path, auto&& take) {
  std::error_code error;
  fs::recursive_directory_iterator at(path, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::error_code gone;
    const std::uint64_t size = at->is_regular_file(gone) ? at->file_size(gone) : 0;
    if (!gone) {
      take(at->path().filename().string(), size);
    }
  }
}

std::uint64_t incoming_bytes(const std::string& data_path) {
  std::uint64_t bytes = 0;
  each_file(data_path, [&](const std::string& name, std::uint64_t size) {
    bytes = name == "incoming" ? size : bytes;
  });
  return bytes;
}

std::uint64_t snapshot_bytes(const std::string& data_path) {
  std::string newest;
  std::uint64_t bytes = 0;
  each_file(data_path, [&](const std::string& name, std::uint64_t size) {
    // Names order by position.
    if (name.starts_with("snapshot-") && name > newest) {
      newest = name;
      bytes = size;
    }
  });
  return bytes;
}

}  // namespace buoyant::process
