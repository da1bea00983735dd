// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Data directories with known contents.
#pragma once

#include "tests/disk/log_state.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace buoyant::disk {

/// Contents of files by their paths below the root.
using Files = std::map<std::string, std::string>;

/// A data directory as it was closed, and what must be read from it.
struct Sample {
  Files files;
  LogState log;
  std::vector<SnapshotId> snapshots;
};

/// Made by the real adapters in `root`, which is emptied.
[[nodiscard]] Sample make_sample(const std::string& root, std::uint64_t seed, ServerId server,
                                 const std::string& cluster);

/// Made once for many corruptions.
struct Samples {
  Sample own;
  Sample other_server;
  Sample other_cluster;
};

[[nodiscard]] Samples make_samples(const std::string& root, std::uint64_t seed);

/// All files below a directory, and the other way round; the directory is emptied first.
[[nodiscard]] Files read_files(const std::string& root);
void write_files(const std::string& root, const Files& files);

}  // namespace buoyant::disk
