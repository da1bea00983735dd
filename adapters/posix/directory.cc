// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/posix/directory.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <mutex>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <utility>
#include <vector>

namespace buoyant::posix {

namespace {

constexpr const char* kLockName = "LOCK";
constexpr const char* kPoisonName = "POISON";

// NFS, SMB, SMB2, CIFS, 9P, FUSE; AFS (two), Coda, NCP, Ceph, Lustre, VirtualBox's: <linux/magic.h>
// does not have them all.
constexpr std::array<unsigned long, 13> kUnsafeFileSystems = {
    0x6969,     0x517b,     0xfe534d42, 0xff534d42, 0x01021997, 0x65735546, 0x5346414f,
    0x6b414653, 0x73757245, 0x564c,     0x00c36400, 0x0bd00bd0, 0x786f4256};

/// flock conflicts within a process too, except where it is emulated (NFS).
struct Registry {
  std::mutex mutex;
  std::vector<std::pair<dev_t, ino_t>> open;
};

Registry& registry() {
  static Registry* const instance = new Registry;
  return *instance;
}

std::string parent_of(const std::string& path) {
  const std::size_t end = path.find_last_not_of('/');
  const std::size_t slash = end == std::string::npos ? end : path.find_last_of('/', end);
  if (slash == std::string::npos) {
    return ".";
  }
  return slash == 0 ? "/" : path.substr(0, slash);
}

int sync_path(const std::string& path) {
  const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return fd.is_open() && ::fsync(fd.get()) == 0 ? 0 : errno;
}

}  // namespace

Result<Directory> Directory::open(const std::string& path, bool allow_unsafe_file_system) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail(Errc::kStorageFailed, "create the data directory", errno);
  }
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open()) {
    return fail(Errc::kStorageFailed, "open the data directory", errno);
  }
  struct statfs file_system = {};
  if (::fstatfs(fd.get(), &file_system) != 0) {
    return fail(Errc::kStorageFailed, "ask for the data directory's file system", errno);
  }
  // Also when it was there: whoever made it may not have got to this.
  if (const int error = sync_path(parent_of(path)); error != 0) {
    return fail(Errc::kStorageFailed, "sync the parent of the data directory", error);
  }
  const auto type = static_cast<unsigned long>(file_system.f_type);
  const bool unsafe = std::find(kUnsafeFileSystems.begin(), kUnsafeFileSystems.end(), type) !=
                      kUnsafeFileSystems.end();
  if (unsafe && !allow_unsafe_file_system) {
    return fail(Errc::kInvalidOptions, "the data directory is on a network or FUSE file system");
  }
  Directory directory(path, std::move(fd));
  if (Result<void> locked = directory.lock(); !locked) {
    return fail(locked.error());
  }
  return directory;
}

Result<void> Directory::lock() {
  struct stat status = {};
  if (::fstat(fd_.get(), &status) != 0) {
    return fail(Errc::kStorageFailed, "look at the data directory", errno);
  }
  {
    Registry& all = registry();
    const std::lock_guard guard(all.mutex);
    const std::pair key(status.st_dev, status.st_ino);
    if (std::find(all.open.begin(), all.open.end(), key) != all.open.end()) {
      return fail(Errc::kDirectoryInUse, "this process has the data directory open");
    }
    all.open.push_back(key);
    registered_ = true;
    device_ = status.st_dev;
    inode_ = status.st_ino;
  }
  lock_ = FileDescriptor(::openat(fd_.get(), kLockName, O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock_.is_open()) {
    return fail(Errc::kStorageFailed, "open LOCK in the data directory", errno);
  }
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    return errno == EWOULDBLOCK
               ? fail(Errc::kDirectoryInUse, "lock LOCK in the data directory", errno)
               : fail(Errc::kStorageFailed, "lock LOCK in the data directory", errno);
  }
  return {};
}

Directory::Directory(Directory&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::move(other.fd_)),
      lock_(std::move(other.lock_)),
      registered_(std::exchange(other.registered_, false)),
      device_(other.device_),
      inode_(other.inode_) {}

Directory::~Directory() {
  if (registered_) {
    // The lock goes first: whoever finds the directory unregistered must find it unlocked.
    lock_ = FileDescriptor();
    Registry& all = registry();
    const std::lock_guard guard(all.mutex);
    std::erase(all.open, std::pair(device_, inode_));
  }
}

int Directory::look_up(const char* name, bool& there) const noexcept {
  struct stat status = {};
  there = ::fstatat(fd_.get(), name, &status, AT_SYMLINK_NOFOLLOW) == 0;
  return there || errno == ENOENT ? 0 : errno;
}

int Directory::sync() const noexcept {
  return ::fsync(fd_.get()) == 0 ? 0 : errno;
}

void Directory::mark_poisoned() const noexcept {
  const FileDescriptor marker(
      ::openat(fd_.get(), kPoisonName, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (marker.is_open()) {
    static_cast<void>(::fsync(marker.get()));
    static_cast<void>(sync());
  }
}

bool Directory::is_marked_poisoned() const noexcept {
  bool there = false;
  // When it cannot be told, the careful way of opening does no harm.
  return look_up(kPoisonName, there) != 0 || there;
}

int Directory::clear_poisoned() const noexcept {
  if (::unlinkat(fd_.get(), kPoisonName, 0) != 0 && errno != ENOENT) {
    return errno;
  }
  return sync();
}

}  // namespace buoyant::posix
