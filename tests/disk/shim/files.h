// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Which files are below the directory that is watched.
#pragma once

#include <cstdint>
#include <string>

namespace buoyant::disk::shim {

/// The inode of a regular file below the directory; 0: the descriptor is of something else.
[[nodiscard]] std::uint64_t watched_file(int fd) noexcept;

/// The same for files and directories, the directory itself among them.
[[nodiscard]] std::uint64_t watched_any(int fd) noexcept;

/// Where a path leads.
struct Place {
  /// The inode of the directory that the name is in; 0: it is not watched.
  std::uint64_t directory = 0;
  std::string name;
  std::string path;

  [[nodiscard]] bool is_watched() const noexcept { return directory != 0; }

  [[nodiscard]] bool exists() const noexcept { return inode() != 0; }

  /// 0: there is nothing of that name.
  [[nodiscard]] std::uint64_t inode() const noexcept;
};

[[nodiscard]] Place place_of(int directory, const char* path);

}  // namespace buoyant::disk::shim
