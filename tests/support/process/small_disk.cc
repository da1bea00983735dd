// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/small_disk.h"

#include "tests/support/process/file_tail.h"
#include "tests/support/process/process.h"

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace buoyant::process {

/// "": it ended with 0; else what it said.
static std::string run_disk_tool(std::vector<std::string> argv, const std::string& out) {
  const std::string name = argv.front();
  argv.insert(argv.begin(), "/usr/bin/env");
  Process process({std::move(argv), {}, out, out});
  const auto ended = process.wait(within(std::chrono::seconds(30)));
  return ended == Ended{0, 0} ? "" : name + " fails: " + contents_of(out);
}

/// "": it is mounted.
static std::string mount_new_disk(const std::string& path, std::uint64_t bytes) {
  const std::string image = path + ".ext4";
  const std::string out = path + ".out";
  std::ofstream{image};
  std::filesystem::resize_file(image, bytes);
  std::filesystem::create_directories(path);
  // Nothing is kept for root: the tests are.
  std::string wrong = run_disk_tool({"mkfs.ext4", "-q", "-m", "0", image}, out);
  // The loop device is freed with the mount.
  return wrong.empty() ? run_disk_tool({"mount", "-o", "loop", image, path}, out) : wrong;
}

std::string prepare_small_disks(const std::string& scratch) {
  if (::geteuid() != 0) {
    return "only root can mount a file system";
  }
  if (::unshare(CLONE_NEWNS) != 0 ||
      ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return "there are no mounts of our own here";
  }
  constexpr std::uint64_t kSmall = 8U << 20U;
  const std::string path = scratch + "/probe";
  std::string wrong = mount_new_disk(path, kSmall);
  static_cast<void>(::umount2(path.c_str(), MNT_DETACH));
  return wrong;
}

SmallDisk::SmallDisk(std::string path, std::uint64_t bytes)
    : path_(std::move(path)), is_mounted_(mount_new_disk(path_, bytes).empty()) {}

SmallDisk::~SmallDisk() {
  static_cast<void>(::umount2(path_.c_str(), MNT_DETACH));
  std::error_code error;
  std::filesystem::remove(path_ + ".ext4", error);
}

std::uint64_t SmallDisk::free_bytes() const {
  struct statvfs status = {};
  return ::statvfs(path_.c_str(), &status) == 0 ? status.f_bavail * status.f_frsize : 0;
}

void SmallDisk::fill(std::uint64_t left) {
  constexpr mode_t kMode = 0600;
  const int file = ::open(filler().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, kMode);
  std::uint64_t length = 0;
  // Block by block at the end: the file's own map of blocks takes some.
  for (std::uint64_t step = free_bytes(); step >= 512; step /= 2) {
    while (free_bytes() >= left + step &&
           ::fallocate(file, 0, static_cast<off_t>(length), static_cast<off_t>(step)) == 0) {
      length += step;
    }
  }
  ::close(file);
}

void SmallDisk::drain() {
  std::error_code error;
  std::filesystem::remove(filler(), error);
}

}  // namespace buoyant::process
