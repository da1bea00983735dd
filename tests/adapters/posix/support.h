// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the tests of adapters that use the disk share: a directory of their own, whole files.
#pragma once

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace buoyant::posix::support {

/// A fresh directory on the disk of the build tree, removed in the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = std::string(BUOYANT_BINARY_DIR) + "/adapter_test_XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }

  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string operator/(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// All of a file. In blocks: it may have megabytes, and sanitizers look at each step.
inline std::string read_file(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(content).str();
}

inline void write_file(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

/// The permissions of a file; 0: there is none.
inline unsigned mode_of(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777U : 0;
}

/// From now on the kernel takes nothing more from the io_uring of this process.
inline void break_rings() {
  std::vector<int> rings;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code ignored;
    if (std::filesystem::read_symlink(entry.path(), ignored) == "anon_inode:[io_uring]") {
      rings.push_back(std::stoi(entry.path().filename().string()));
    }
  }
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int ring : rings) {
    ::dup3(nothing, ring, O_CLOEXEC);
  }
  ::close(nothing);
}

/// Open descriptors of files in `directory` that a started program would inherit.
inline std::vector<std::string> inherited(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code ignored;
    const std::string target = std::filesystem::read_symlink(entry.path(), ignored).string();
    const int flags = ::fcntl(std::stoi(entry.path().filename().string()), F_GETFD);
    if (target.rfind(directory, 0) == 0 && (flags & FD_CLOEXEC) == 0) {
      names.push_back(target);
    }
  }
  return names;
}

}  // namespace buoyant::posix::support
