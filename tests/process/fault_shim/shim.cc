// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A library to preload: system calls on watched files fail, hang or take their time, as a plan
/// says that a test rewrites meanwhile. What is not struck is done by the kernel.
///
/// Faults of mapped memory are out of its reach.

#include "tests/process/fault_shim/plan.h"
#include "tests/support/ring_entries.h"

#include <climits>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace buoyant::fault_shim {

constexpr long kNanosecondsPerMillisecond = 1'000'000;

void sleep_for(std::uint32_t milliseconds) {
  timespec left{milliseconds / 1000, (milliseconds % 1000) * kNanosecondsPerMillisecond};
  while (::nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

class Faults {
 public:
  static Faults& instance() {
    static Faults faults;
    return faults;
  }

  /// 0: do the call; else it fails with this. May take its time. `calls`: it counts as any of them.
  int strike(std::uint32_t call, std::string_view path) {
    if (plan_ == nullptr || plan_->action == Action::kNothing || (plan_->calls & call) == 0 ||
        !is_watched(path) || path.find(plan_->part.data()) == std::string_view::npos ||
        plan_->spared.fetch_sub(1) > 0 || plan_->times.fetch_sub(1) <= 0) {
      return 0;
    }
    plan_->struck += 1;
    if (plan_->action == Action::kFail) {
      return plan_->code;
    }
    if (plan_->action == Action::kSlow) {
      sleep_for(plan_->milliseconds);
    }
    while (plan_->action == Action::kStuck) {
      sleep_for(2);
    }
    return 0;
  }

  /// A call that has to come back at once would not be done as it is wanted.
  [[nodiscard]] bool is_to_strike(std::uint32_t call) const {
    return plan_ != nullptr && plan_->action != Action::kNothing && (plan_->calls & call) != 0;
  }

  int strike(std::uint32_t call, int fd) {
    if (plan_ == nullptr || plan_->action == Action::kNothing || (plan_->calls & call) == 0) {
      return 0;
    }
    std::array<char, 64> link{};
    std::array<char, PATH_MAX> path{};
    std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", fd);
    const ssize_t size = ::readlink(link.data(), path.data(), path.size());
    return size <= 0 ? 0 : strike(call, {path.data(), static_cast<std::size_t>(size)});
  }

  int strike_at(std::uint32_t call, int directory, const char* name) {
    if (name[0] == '/') {
      return strike(call, std::string_view(name));
    }
    std::array<char, 64> link{};
    std::array<char, PATH_MAX> path{};
    std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", directory);
    const ssize_t size = ::readlink(link.data(), path.data(), path.size());
    if (size <= 0 || static_cast<std::size_t>(size) + 1 >= path.size()) {
      return 0;
    }
    const auto used = static_cast<std::size_t>(size);
    std::snprintf(path.data() + used, path.size() - used, "/%s", name);
    return strike(call, std::string_view(path.data()));
  }

 private:
  Faults() {
    const char* const name = std::getenv(kPlanVariable);
    const char* const root = std::getenv(kRootVariable);
    if (name == nullptr || root == nullptr) {
      return;
    }
    root_ = root;
    const long fd = ::syscall(SYS_openat, AT_FDCWD, name, O_RDWR | O_CLOEXEC);
    void* const map =
        ::mmap(nullptr, sizeof(Plan), PROT_READ | PROT_WRITE, MAP_SHARED, static_cast<int>(fd), 0);
    if (fd < 0 || map == MAP_FAILED) {
      std::abort();  // A test without its faults would pass.
    }
    ::close(static_cast<int>(fd));
    plan_ = static_cast<Plan*>(map);
  }

  [[nodiscard]] bool is_watched(std::string_view path) const { return path.starts_with(root_); }

  std::string_view root_;
  Plan* plan_ = nullptr;
};

/// What the call gives, after the fault if there is one.
template <typename Number>
Number checked(int code, long (*call)(const std::array<long, 6>&),
               const std::array<long, 6>& arguments) {
  if (code != 0) {
    errno = code;
    return -1;
  }
  return static_cast<Number>(call(arguments));
}

template <long number>
long system_call(const std::array<long, 6>& with) {
  return ::syscall(number, with[0], with[1], with[2], with[3], with[4], with[5]);
}

template <typename T>
long as_long(T* pointer) {
  return reinterpret_cast<long>(pointer);
}

int strike_write(int fd) {
  const bool is_durable = (::fcntl(fd, F_GETFL) & O_DSYNC) != 0;
  return Faults::instance().strike(is_durable ? kDurableWrite : kWrite, fd);
}

/// A write that is its own sync.
constexpr std::uint32_t kWriteAndSync = kWrite | kDurableWrite | kSync;

ssize_t write_with_flags(int fd, const iovec* pieces, int count, off_t offset, int flags) {
  const bool syncs = (flags & (RWF_DSYNC | RWF_SYNC)) != 0;
  const int code = syncs ? Faults::instance().strike(kWriteAndSync, fd) : strike_write(fd);
  return checked<ssize_t>(code, system_call<SYS_pwritev2>,
                          {fd, as_long(pieces), count, offset, 0, flags});
}

/// While something is to be struck the kernel takes nothing: the process does it then itself, with
/// a call that can fail or hang here.
int submit(io_uring* ring) {
  return Faults::instance().is_to_strike(kWriteAndSync) ? -EAGAIN : support::submit_to_kernel(ring);
}

int open_at(int directory, const char* path, int flags, mode_t mode) {
  return checked<int>(Faults::instance().strike_at(kOpen, directory, path), system_call<SYS_openat>,
                      {directory, as_long(path), flags, static_cast<long>(mode)});
}

mode_t mode_of(int flags, std::va_list list) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
}

}  // namespace buoyant::fault_shim

// Names and signatures are those of the C library, which these replace.
namespace fault_shim = buoyant::fault_shim;

extern "C" {

ssize_t write(int fd, const void* data, size_t size) {
  return fault_shim::checked<ssize_t>(fault_shim::strike_write(fd),
                                      fault_shim::system_call<SYS_write>,
                                      {fd, fault_shim::as_long(data), static_cast<long>(size)});
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  return fault_shim::checked<ssize_t>(
      fault_shim::strike_write(fd), fault_shim::system_call<SYS_pwrite64>,
      {fd, fault_shim::as_long(data), static_cast<long>(size), offset});
}

ssize_t pwrite64(int fd, const void* data, size_t size, off_t offset) {
  return pwrite(fd, data, size, offset);
}

ssize_t writev(int fd, const iovec* pieces, int count) {
  return fault_shim::checked<ssize_t>(fault_shim::strike_write(fd),
                                      fault_shim::system_call<SYS_writev>,
                                      {fd, fault_shim::as_long(pieces), count});
}

ssize_t pwritev(int fd, const iovec* pieces, int count, off_t offset) {
  return fault_shim::checked<ssize_t>(fault_shim::strike_write(fd),
                                      fault_shim::system_call<SYS_pwritev>,
                                      {fd, fault_shim::as_long(pieces), count, offset, 0});
}

ssize_t pwritev64(int fd, const iovec* pieces, int count, off_t offset) {
  return pwritev(fd, pieces, count, offset);
}

ssize_t pwritev2(int fd, const iovec* pieces, int count, off_t offset, int flags) {
  return fault_shim::write_with_flags(fd, pieces, count, offset, flags);
}

ssize_t pwritev64v2(int fd, const iovec* pieces, int count, off64_t offset, int flags) {
  return fault_shim::write_with_flags(fd, pieces, count, offset, flags);
}

int io_uring_submit(io_uring* ring) {
  return fault_shim::submit(ring);
}

ssize_t pread(int fd, void* data, size_t size, off_t offset) {
  return fault_shim::checked<ssize_t>(
      fault_shim::Faults::instance().strike(fault_shim::kRead, fd),
      fault_shim::system_call<SYS_pread64>,
      {fd, fault_shim::as_long(data), static_cast<long>(size), offset});
}

ssize_t pread64(int fd, void* data, size_t size, off_t offset) {
  return pread(fd, data, size, offset);
}

int fsync(int fd) {
  return fault_shim::checked<int>(fault_shim::Faults::instance().strike(fault_shim::kSync, fd),
                                  fault_shim::system_call<SYS_fsync>, {fd});
}

int fdatasync(int fd) {
  return fault_shim::checked<int>(fault_shim::Faults::instance().strike(fault_shim::kSync, fd),
                                  fault_shim::system_call<SYS_fdatasync>, {fd});
}

int ftruncate(int fd, off_t size) noexcept {
  return fault_shim::checked<int>(fault_shim::Faults::instance().strike(fault_shim::kAllocate, fd),
                                  fault_shim::system_call<SYS_ftruncate>, {fd, size});
}

int ftruncate64(int fd, off_t size) noexcept {
  return ftruncate(fd, size);
}

int fallocate(int fd, int mode, off_t offset, off_t size) {
  return fault_shim::checked<int>(fault_shim::Faults::instance().strike(fault_shim::kAllocate, fd),
                                  fault_shim::system_call<SYS_fallocate>, {fd, mode, offset, size});
}

int fallocate64(int fd, int mode, off_t offset, off_t size) {
  return fallocate(fd, mode, offset, size);
}

int renameat(int from_directory, const char* from, int to_directory, const char* to) noexcept {
  return fault_shim::checked<int>(
      fault_shim::Faults::instance().strike_at(fault_shim::kRename, from_directory, from),
      fault_shim::system_call<SYS_renameat>,
      {from_directory, fault_shim::as_long(from), to_directory, fault_shim::as_long(to)});
}

int unlinkat(int directory, const char* path, int flags) noexcept {
  return fault_shim::checked<int>(
      fault_shim::Faults::instance().strike_at(fault_shim::kRemove, directory, path),
      fault_shim::system_call<SYS_unlinkat>, {directory, fault_shim::as_long(path), flags});
}

int open(const char* path, int flags, ...) {
  std::va_list list;
  va_start(list, flags);
  const mode_t mode = fault_shim::mode_of(flags, list);
  va_end(list);
  return fault_shim::open_at(AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  std::va_list list;
  va_start(list, flags);
  const mode_t mode = fault_shim::mode_of(flags, list);
  va_end(list);
  return fault_shim::open_at(AT_FDCWD, path, flags, mode);
}

int openat(int directory, const char* path, int flags, ...) {
  std::va_list list;
  va_start(list, flags);
  const mode_t mode = fault_shim::mode_of(flags, list);
  va_end(list);
  return fault_shim::open_at(directory, path, flags, mode);
}

int openat64(int directory, const char* path, int flags, ...) {
  std::va_list list;
  va_start(list, flags);
  const mode_t mode = fault_shim::mode_of(flags, list);
  va_end(list);
  return fault_shim::open_at(directory, path, flags, mode);
}

}  // extern "C"
