// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/shim/files.h"

#include "tests/disk/shim/log.h"

#include <climits>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace buoyant::disk::shim {

/// The path of a descriptor; empty: it has none.
std::string path_of(int fd) {
  std::array<char, 64> link{};
  std::array<char, PATH_MAX> path{};
  std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", fd);
  const ssize_t size = ::readlink(link.data(), path.data(), path.size());
  return {path.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

bool is_below_root(const std::string& path, bool or_root) {
  const std::string& root = Log::instance().root();
  return !root.empty() && path.starts_with(root) &&
         (path.size() == root.size() ? or_root : path[root.size()] == '/');
}

std::uint64_t watched_file(int fd) noexcept {
  const KeepErrno keep;
  struct stat status = {};
  if (Log::instance().root().empty() || ::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    return 0;
  }
  return is_below_root(path_of(fd), false) ? status.st_ino : 0;
}

std::uint64_t watched_any(int fd) noexcept {
  const KeepErrno keep;
  struct stat status = {};
  if (Log::instance().root().empty() || ::fstat(fd, &status) != 0) {
    return 0;
  }
  return is_below_root(path_of(fd), true) ? status.st_ino : 0;
}

std::uint64_t Place::inode() const noexcept {
  const KeepErrno keep;
  struct stat status = {};
  return ::fstatat(AT_FDCWD, path.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 ? status.st_ino : 0;
}

Place place_of(int directory, const char* path) {
  const KeepErrno keep;
  std::string whole = path;
  if (whole.empty() || Log::instance().root().empty()) {
    return {};
  }
  if (whole.front() != '/') {
    std::array<char, PATH_MAX> current{};
    const std::string base = directory != AT_FDCWD ? path_of(directory)
                             : ::getcwd(current.data(), current.size()) != nullptr
                                 ? std::string(current.data())
                                 : std::string();
    whole = base + "/" + whole;
  }
  const std::size_t slash = whole.find_last_of('/');
  const std::string parent = whole.substr(0, slash);
  struct stat status = {};
  if (!is_below_root(parent, true) || ::stat(parent.c_str(), &status) != 0) {
    return {};
  }
  return {.directory = status.st_ino, .name = whole.substr(slash + 1), .path = whole};
}

}  // namespace buoyant::disk::shim
