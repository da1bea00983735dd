// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A library to preload: does the system calls of storage and sockets itself and writes down
/// which bytes went where, and when something was flushed.
///
/// The counter is drawn before and after each call, so that "flushed before sent" can be told
/// from the records even where threads write them down in another order.

#include "tests/process/shim/record.h"
#include "tests/support/ring_entries.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <mutex>
#include <span>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace buoyant::flush_shim {

struct Target {
  bool is_socket = false;
  bool is_database = false;
  std::uint64_t inode = 0;
};

class Shim {
 public:
  static Shim& instance() {
    static Shim shim;
    return shim;
  }

  std::uint64_t tick() noexcept { return clock_.fetch_add(1) + 1; }

  [[nodiscard]] bool hides_flushes() const noexcept { return hides_flushes_; }

  Target look_at(int fd) const noexcept {
    struct stat status {};

    if (log_ < 0 || fd == log_ || ::fstat(fd, &status) != 0) {
      return {};
    }
    if (S_ISSOCK(status.st_mode)) {
      return {true, false, status.st_ino};
    }
    if (!S_ISREG(status.st_mode)) {
      return {};
    }
    std::array<char, 4096> path{};
    std::array<char, 64> link{};
    std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", fd);
    const ssize_t size = ::readlink(link.data(), path.data(), path.size());
    const std::string_view name(path.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return {false, name.ends_with("/data.mdb"), status.st_ino};
  }

  void record(RecordHeader header, std::span<const iovec> content, std::size_t bytes) noexcept {
    const int saved = errno;
    header.bytes = static_cast<std::uint32_t>(bytes);
    const std::lock_guard lock(mutex_);
    append(&header, sizeof header);
    for (const iovec& piece : content) {
      const std::size_t count = std::min(bytes, piece.iov_len);
      append(piece.iov_base, count);
      bytes -= count;
    }
    errno = saved;
  }

 private:
  Shim() {
    const char* const path = std::getenv(kLogVariable);
    if (path != nullptr) {
      std::array<char, 4096> name{};
      std::snprintf(name.data(), name.size(), "%s.%d", path, ::getpid());
      log_ = ::open(name.data(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    }
    hides_flushes_ = std::getenv(kHideVariable) != nullptr;
  }

  void append(const void* data, std::size_t size) const noexcept {
    const char* at = static_cast<const char*>(data);
    while (size > 0) {
      const long count = ::syscall(SYS_write, log_, at, size);
      if (count <= 0) {
        std::abort();  // A record that is missing would make a check pass.
      }
      at += count;
      size -= static_cast<std::size_t>(count);
    }
  }

  int log_ = -1;
  bool hides_flushes_ = false;
  std::atomic<std::uint64_t> clock_{0};
  std::mutex mutex_;
};

constexpr std::uint64_t kNoOffset = ~std::uint64_t{0};

/// A call that moves bytes: to the database, or to or from a socket.
template <typename Do>
ssize_t moving(int fd, bool is_out, std::uint64_t offset, std::span<const iovec> content, Do call,
               bool syncs = false) {
  Shim& shim = Shim::instance();
  const Target target = shim.look_at(fd);
  RecordHeader header;
  header.inode = target.inode;
  header.offset = offset;
  header.begin = shim.tick();
  const ssize_t result = call();
  header.end = shim.tick();
  if (target.is_socket) {
    header.call = is_out ? Call::kSend : Call::kReceive;
  } else if (target.is_database && is_out) {
    const bool is_durable =
        (syncs || (::fcntl(fd, F_GETFL) & O_DSYNC) != 0) && !shim.hides_flushes();
    header.call = is_durable ? Call::kDurableWrite : Call::kWrite;
  } else {
    return result;
  }
  if (result > 0) {
    shim.record(header, content, static_cast<std::size_t>(result));
  }
  return result;
}

int flushing(int fd, long call) {
  Shim& shim = Shim::instance();
  const Target target = shim.look_at(fd);
  RecordHeader header;
  header.call = Call::kFlush;
  header.inode = target.inode;
  header.begin = shim.tick();
  const long result = ::syscall(call, fd);
  header.end = shim.tick();
  if (target.is_database && result == 0 && !shim.hides_flushes()) {
    shim.record(header, {}, 0);
  }
  return static_cast<int>(result);
}

iovec piece_of(const void* data, std::size_t size) {
  return {const_cast<void*>(data), size};
}

std::span<const iovec> pieces_of(const iovec* pieces, int count) {
  return {pieces, static_cast<std::size_t>(count)};
}

ssize_t write_at(int fd, const void* data, std::size_t size, off_t offset) {
  const iovec piece = piece_of(data, size);
  return moving(fd, true, static_cast<std::uint64_t>(offset), {&piece, 1},
                [&] { return ::syscall(SYS_pwrite64, fd, data, size, offset); });
}

ssize_t write_pieces_at(int fd, const iovec* pieces, int count, off_t offset) {
  return moving(fd, true, static_cast<std::uint64_t>(offset), pieces_of(pieces, count),
                [&] { return ::syscall(SYS_pwritev, fd, pieces, count, offset, 0L); });
}

ssize_t write_pieces_with_flags(int fd, const iovec* pieces, int count, off_t offset, int flags) {
  return moving(
      fd, true, static_cast<std::uint64_t>(offset), pieces_of(pieces, count),
      [&] { return ::syscall(SYS_pwritev2, fd, pieces, count, offset, 0L, flags); },
      (flags & (RWF_DSYNC | RWF_SYNC)) != 0);
}

/// Done here and now, so that the record is true, and then again by the kernel: the same bytes,
/// before anybody hears of them.
int submitting(io_uring* ring) {
  support::for_each_new_entry(*ring, [](const io_uring_sqe& entry) {
    if (entry.opcode != IORING_OP_WRITE) {
      std::abort();  // As in append().
    }
    const iovec piece = piece_of(reinterpret_cast<const void*>(entry.addr), entry.len);
    static_cast<void>(write_pieces_with_flags(entry.fd, &piece, 1, static_cast<off_t>(entry.off),
                                              static_cast<int>(entry.rw_flags)));
  });
  return support::submit_to_kernel(ring);
}

}  // namespace buoyant::flush_shim

// Names and signatures are those of the C library, which these replace.
namespace flush_shim = buoyant::flush_shim;

extern "C" {

ssize_t write(int fd, const void* data, size_t size) {
  const iovec piece = flush_shim::piece_of(data, size);
  return flush_shim::moving(fd, true, flush_shim::kNoOffset, {&piece, 1},
                            [&] { return ::syscall(SYS_write, fd, data, size); });
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  return flush_shim::write_at(fd, data, size, offset);
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset) {
  return flush_shim::write_at(fd, data, size, offset);
}

ssize_t writev(int fd, const iovec* pieces, int count) {
  return flush_shim::moving(fd, true, flush_shim::kNoOffset, flush_shim::pieces_of(pieces, count),
                            [&] { return ::syscall(SYS_writev, fd, pieces, count); });
}

ssize_t pwritev(int fd, const iovec* pieces, int count, off_t offset) {
  return flush_shim::write_pieces_at(fd, pieces, count, offset);
}

ssize_t pwritev64(int fd, const iovec* pieces, int count, off64_t offset) {
  return flush_shim::write_pieces_at(fd, pieces, count, offset);
}

ssize_t pwritev2(int fd, const iovec* pieces, int count, off_t offset, int flags) {
  return flush_shim::write_pieces_with_flags(fd, pieces, count, offset, flags);
}

ssize_t pwritev64v2(int fd, const iovec* pieces, int count, off64_t offset, int flags) {
  return flush_shim::write_pieces_with_flags(fd, pieces, count, offset, flags);
}

int io_uring_submit(io_uring* ring) {
  return flush_shim::submitting(ring);
}

ssize_t send(int fd, const void* data, size_t size, int flags) {
  const iovec piece = flush_shim::piece_of(data, size);
  return flush_shim::moving(fd, true, flush_shim::kNoOffset, {&piece, 1}, [&] {
    return ::syscall(SYS_sendto, fd, data, size, flags, nullptr, 0);
  });
}

ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  return flush_shim::moving(fd, true, flush_shim::kNoOffset,
                            {message->msg_iov, message->msg_iovlen},
                            [&] { return ::syscall(SYS_sendmsg, fd, message, flags); });
}

ssize_t read(int fd, void* data, size_t size) {
  const iovec piece = flush_shim::piece_of(data, size);
  return flush_shim::moving(fd, false, flush_shim::kNoOffset, {&piece, 1},
                            [&] { return ::syscall(SYS_read, fd, data, size); });
}

ssize_t readv(int fd, const iovec* pieces, int count) {
  return flush_shim::moving(fd, false, flush_shim::kNoOffset, flush_shim::pieces_of(pieces, count),
                            [&] { return ::syscall(SYS_readv, fd, pieces, count); });
}

ssize_t recv(int fd, void* data, size_t size, int flags) {
  const iovec piece = flush_shim::piece_of(data, size);
  return flush_shim::moving(fd, false, flush_shim::kNoOffset, {&piece, 1}, [&] {
    return ::syscall(SYS_recvfrom, fd, data, size, flags, nullptr, nullptr);
  });
}

ssize_t recvmsg(int fd, msghdr* message, int flags) {
  return flush_shim::moving(fd, false, flush_shim::kNoOffset,
                            {message->msg_iov, message->msg_iovlen},
                            [&] { return ::syscall(SYS_recvmsg, fd, message, flags); });
}

int fsync(int fd) {
  return flush_shim::flushing(fd, SYS_fsync);
}

int fdatasync(int fd) {
  return flush_shim::flushing(fd, SYS_fdatasync);
}

}  // extern "C"
