// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/file.h"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace buoyant::files {

Error file_error(int code, const char* context) noexcept {
  const bool full = code == ENOSPC || code == EDQUOT || code == EFBIG;
  return Error(full ? Errc::kStorageFull : Errc::kStorageFailed, context, code);
}

int ask_hook(FileHook* hook, Operation operation) noexcept {
  std::size_t none = 0;
  return hook == nullptr ? 0 : hook->before(operation, none);
}

int File::read_at(std::uint64_t offset, std::span<std::byte> target,
                  std::size_t& count) const noexcept {
  count = 0;
  while (count < target.size()) {
    std::size_t bytes = target.size() - count;
    if (const int code = hook_ == nullptr ? 0 : hook_->before(Operation::kRead, bytes); code != 0) {
      return code;
    }
    const ssize_t got =
        ::pread(fd_.get(), target.data() + count, bytes, static_cast<off_t>(offset + count));
    if (got < 0 && errno != EINTR) {
      return errno;
    }
    if (got == 0) {
      return 0;
    }
    count += got > 0 ? static_cast<std::size_t>(got) : 0;
  }
  return 0;
}

int File::write_at(std::uint64_t offset, ByteView bytes) const noexcept {
  while (!bytes.empty()) {
    std::size_t count = bytes.size();
    if (const int code = hook_ == nullptr ? 0 : hook_->before(Operation::kWrite, count);
        code != 0) {
      return code;
    }
    const ssize_t put = ::pwrite(fd_.get(), bytes.data(), count, static_cast<off_t>(offset));
    if (put < 0 && errno != EINTR) {
      return errno;
    }
    const std::size_t done = put > 0 ? static_cast<std::size_t>(put) : 0;
    bytes = bytes.subspan(done);
    offset += done;
  }
  return 0;
}

int File::truncate(std::uint64_t bytes) const noexcept {
  const int code = ask_hook(hook_, Operation::kTruncate);
  return code != 0 ? code : ::ftruncate(fd_.get(), static_cast<off_t>(bytes)) == 0 ? 0 : errno;
}

int File::size(std::uint64_t& bytes) const noexcept {
  struct stat status = {};
  if (::fstat(fd_.get(), &status) != 0) {
    return errno;
  }
  bytes = S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
  return 0;
}

int File::sync() const noexcept {
  const int code = ask_hook(hook_, Operation::kSync);
  return code != 0 ? code : ::fsync(fd_.get()) == 0 ? 0 : errno;
}

int File::close() noexcept {
  const int code = ask_hook(hook_, Operation::kClose);
  const int closed = fd_.close();
  return code != 0 ? code : closed;
}

}  // namespace buoyant::files
