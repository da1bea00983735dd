// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/folder.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/statvfs.h>
#include <unistd.h>
#include <utility>

namespace buoyant::files {

namespace {

int open_at(int directory, const std::string& name, int flags, FileHook* hook,
            File& file) noexcept {
  if (const int code = ask_hook(hook, Operation::kOpen); code != 0) {
    return code;
  }
  posix::FileDescriptor fd(::openat(directory, name.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.is_open()) {
    return errno;
  }
  file = File(std::move(fd), hook);
  return 0;
}

}  // namespace

Result<Folder> Folder::open(const FilesOptions& options) {
  Result<posix::Directory> directory =
      posix::Directory::open(options.directory, options.allow_unsafe_file_system);
  if (!directory) {
    return fail(directory.error());
  }
  return Folder(std::move(*directory), options.reserve_bytes, options.hook);
}

Result<std::vector<std::string>> Folder::names() const {
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(directory_.path().c_str()),
                                                   &::closedir);
  if (stream == nullptr) {
    return fail(file_error(errno, "list the snapshot directory"));
  }
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* const entry = ::readdir(stream.get());
    if (entry == nullptr) {
      break;
    }
    names.emplace_back(static_cast<const char*>(entry->d_name));
  }
  if (errno != 0) {
    return fail(file_error(errno, "list the snapshot directory"));
  }
  std::sort(names.begin(), names.end());
  return names;
}

int Folder::sync() const noexcept {
  const int code = ask_hook(hook_, Operation::kSyncDirectory);
  return code != 0 ? code : directory_.sync();
}

int Folder::create(const std::string& name, File& file) const noexcept {
  return open_at(directory_.fd(), name, O_RDWR | O_CREAT | O_TRUNC, hook_, file);
}

int Folder::open_file(const std::string& name, bool writable, File& file) const noexcept {
  return open_at(directory_.fd(), name, writable ? O_RDWR : O_RDONLY, hook_, file);
}

int Folder::rename(const std::string& from, const std::string& to) const noexcept {
  int code = ask_hook(hook_, Operation::kRename);
  if (code == 0) {
    code = ::renameat(directory_.fd(), from.c_str(), directory_.fd(), to.c_str()) == 0 ? 0 : errno;
  }
  if (code != 0) {
    static_cast<void>(remove(from));
    return code;
  }
  code = sync();
  if (code != 0) {
    static_cast<void>(remove(to));
  }
  return code;
}

int Folder::remove(const std::string& name) const noexcept {
  const int code = ask_hook(hook_, Operation::kRemove);
  return code != 0 ? code : ::unlinkat(directory_.fd(), name.c_str(), 0) == 0 ? 0 : errno;
}

int Folder::check_space() const noexcept {
  struct statvfs space = {};
  if (::fstatvfs(directory_.fd(), &space) != 0) {
    return errno;
  }
  return std::uint64_t{space.f_bavail} * space.f_frsize < reserve_bytes_ ? ENOSPC : 0;
}

}  // namespace buoyant::files
