// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A disk of its own that can be filled: an ext4 file system in a file.
///
/// It is mounted where only this process and its children see it, so that the system takes it away
/// with the last of them, however they end.
#pragma once

#include <cstdint>
#include <string>

namespace buoyant::process {

/// From now on what this thread and its children mount is theirs alone. What is in the way: no
/// root, no mount namespaces, no loop devices, no mkfs.ext4; "": nothing.
/// Requires: no other thread runs.
std::string prepare_small_disks(const std::string& scratch);

/// Requires: prepare_small_disks() said "".
class SmallDisk {
 public:
  /// Mounted at `path`, which is made; the file system is in a file beside it.
  SmallDisk(std::string path, std::uint64_t bytes);
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk();

  [[nodiscard]] bool is_mounted() const noexcept { return is_mounted_; }

  /// What files may still take.
  [[nodiscard]] std::uint64_t free_bytes() const;

  /// Fills it but for so much, with a file. Requires: it is not filled.
  void fill(std::uint64_t left = 0);

  /// Removes that file.
  void drain();

 private:
  [[nodiscard]] std::string filler() const { return path_ + "/filler"; }

  std::string path_;
  bool is_mounted_ = false;
};

}  // namespace buoyant::process
