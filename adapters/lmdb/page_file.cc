// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/page_file.h"

#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace buoyant::lmdb {

namespace {

/// A server may write the meta pages while they are read: what is wrong with them so often in a
/// row is wrong with the file.
constexpr int kTriesMax = 20;
constexpr long kPauseNanoseconds = 500'000;
constexpr std::uint64_t kStatBlockBytes = 512;

bool is_same_header(const Result<FileHeader>& one, const Result<FileHeader>& other) {
  return one && other && *one == *other;
}

}  // namespace

Result<PageFile> PageFile::open(const std::string& directory) {
  return open_file(directory + "/data.mdb");
}

Result<PageFile> PageFile::open_file(const std::string& path) {
  posix::FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) {
    return errno == ENOENT || errno == ENOTDIR
               ? fail(Errc::kNotReady, "there is no server's data in the directory")
               : fail(Errc::kStorageFailed, "open data.mdb", errno);
  }
  return PageFile(std::move(fd));
}

Result<FileHeader> PageFile::newest() const {
  Result<FileHeader> before = read_file_header(fd_.get());
  for (int tries = 0; tries < kTriesMax; ++tries) {
    // Twice the same: it was not being written.
    Result<FileHeader> now = read_file_header(fd_.get());
    if (is_same_header(before, now) || (!now && now.error().code() == Errc::kStorageFailed)) {
      return now;
    }
    if (!now) {
      const timespec pause{.tv_sec = 0, .tv_nsec = kPauseNanoseconds};
      ::nanosleep(&pause, nullptr);
    }
    before = now;
  }
  return before ? fail(Errc::kBusy, "data.mdb is written all the time") : before;
}

Result<bool> PageFile::view_holds(const FileHeader& view) const {
  const Result<FileHeader> now = newest();
  if (!now) {
    return fail(now.error());
  }
  return now->transaction >= view.transaction && now->transaction - view.transaction <= 1;
}

int PageFile::read(std::uint64_t offset, std::span<std::byte> target) const noexcept {
  while (!target.empty()) {
    const ssize_t got =
        ::pread(fd_.get(), target.data(), target.size(), static_cast<off_t>(offset));
    if (got < 0 && errno != EINTR) {
      return errno;
    }
    if (got == 0) {
      return EIO;
    }
    const std::size_t count = got > 0 ? static_cast<std::size_t>(got) : 0;
    target = target.subspan(count);
    offset += count;
  }
  return 0;
}

void PageFile::read_ahead(std::uint64_t offset, std::uint64_t bytes) const noexcept {
  static_cast<void>(::posix_fadvise(fd_.get(), static_cast<off_t>(offset),
                                    static_cast<off_t>(bytes), POSIX_FADV_WILLNEED));
}

int PageFile::size(std::uint64_t& bytes, std::uint64_t& allocated) const noexcept {
  struct stat status = {};
  if (::fstat(fd_.get(), &status) != 0) {
    return errno;
  }
  bytes = static_cast<std::uint64_t>(status.st_size);
  allocated = static_cast<std::uint64_t>(status.st_blocks) * kStatBlockBytes;
  return 0;
}

}  // namespace buoyant::lmdb
