// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A library to preload: does the system calls that change files itself, one at a time, and
/// writes down what became of them.
///
/// A call and its record are one step under a lock, so the records are in the order of the
/// calls, and a process that is killed between two steps did just what is recorded. Only a sync
/// takes time: others go on between its beginning and its end.

#include "tests/disk/shim/files.h"
#include "tests/disk/shim/log.h"
#include "tests/support/ring_entries.h"

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <span>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace buoyant::disk::shim {

int as_int(long result) {
  return static_cast<int>(result);
}

/// A call that this does not know how to write down; a record without it would be a lie.
[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "disk shim: %s is not recorded\n", what);
  std::abort();
}

using Pieces = std::span<const iovec>;

void record_write(std::uint64_t inode, std::uint64_t offset, Pieces pieces, std::size_t bytes) {
  Log& log = Log::instance();
  log.begin({.action = Action::kWrite,
             .bytes = static_cast<std::uint32_t>(bytes),
             .inode = inode,
             .offset = offset,
             .size = bytes});
  for (const iovec& piece : pieces) {
    const std::size_t count = std::min(bytes, piece.iov_len);
    log.append(piece.iov_base, count);
    bytes -= count;
  }
  log.end();
}

/// `offset` < 0: where the descriptor stands.
template <class Call>
ssize_t writing(int fd, off_t offset, Pieces pieces, bool is_durable, Call call) {
  const std::uint64_t inode = watched_file(fd);
  if (inode == 0) {
    return call();
  }
  const bool syncs = is_durable || (::fcntl(fd, F_GETFL) & O_DSYNC) != 0;
  const Step step;
  const ssize_t result = call();
  if (result <= 0) {
    return result;
  }
  const auto bytes = static_cast<std::size_t>(result);
  const off_t begin = offset >= 0 ? offset : ::lseek(fd, 0, SEEK_CUR) - result;
  record_write(inode, static_cast<std::uint64_t>(begin), pieces, bytes);
  if (syncs) {
    // Between the two the bytes are in the page cache and perhaps not on the disk.
    Log::instance().record({.action = Action::kWritten,
                            .inode = inode,
                            .offset = static_cast<std::uint64_t>(begin),
                            .size = bytes});
  }
  return result;
}

iovec piece_of(const void* data, std::size_t size) {
  return {const_cast<void*>(data), size};
}

Pieces pieces_of(const iovec* pieces, int count) {
  return {pieces, static_cast<std::size_t>(count)};
}

ssize_t write_at(int fd, const void* data, std::size_t size, off_t offset) {
  const iovec piece = piece_of(data, size);
  return writing(fd, offset, {&piece, 1}, false,
                 [&] { return ::syscall(SYS_pwrite64, fd, data, size, offset); });
}

ssize_t write_pieces_at(int fd, const iovec* pieces, int count, off_t offset) {
  return writing(fd, offset, pieces_of(pieces, count), false,
                 [&] { return ::syscall(SYS_pwritev, fd, pieces, count, offset, 0L); });
}

ssize_t write_pieces_with_flags(int fd, const iovec* pieces, int count, off_t offset, int flags) {
  const bool is_durable = (flags & (RWF_DSYNC | RWF_SYNC)) != 0;
  return writing(fd, offset, pieces_of(pieces, count), is_durable,
                 [&] { return ::syscall(SYS_pwritev2, fd, pieces, count, offset, 0L, flags); });
}

/// Done here and now, so that the record is true, and then again by the kernel, which changes
/// nothing: the same bytes, before anybody hears of them.
void write_before_kernel(const io_uring_sqe& entry) {
  if (entry.opcode != IORING_OP_WRITE) {
    give_up("such an entry of io_uring");
  }
  const iovec piece = piece_of(reinterpret_cast<const void*>(entry.addr), entry.len);
  static_cast<void>(write_pieces_with_flags(entry.fd, &piece, 1, static_cast<off_t>(entry.off),
                                            static_cast<int>(entry.rw_flags)));
}

int syncing(int fd, long call) {
  const std::uint64_t inode = watched_any(fd);
  if (inode == 0) {
    return as_int(::syscall(call, fd));
  }
  {
    const Step step;
    Log::instance().record({.action = Action::kSyncBegin, .inode = inode});
  }
  const int result = as_int(::syscall(call, fd));
  if (result == 0) {
    const Step step;
    Log::instance().record({.action = Action::kSyncEnd, .inode = inode});
  }
  return result;
}

template <class Call>
int resizing(int fd, Call call) {
  const std::uint64_t inode = watched_file(fd);
  if (inode == 0) {
    return as_int(call());
  }
  const Step step;
  const int result = as_int(call());
  struct stat status = {};
  // Also after a failure: some of it may have been done.
  if (::fstat(fd, &status) == 0) {
    Log::instance().record({.action = Action::kResize,
                            .inode = inode,
                            .size = static_cast<std::uint64_t>(status.st_size)});
  }
  return result;
}

int truncate_to(int fd, off_t size) {
  return resizing(fd, [&] { return ::syscall(SYS_ftruncate, fd, size); });
}

int allocate(int fd, int mode, off_t offset, off_t size) {
  if (mode != 0 && watched_file(fd) != 0) {
    give_up("fallocate with a mode");
  }
  return resizing(fd, [&] { return ::syscall(SYS_fallocate, fd, mode, offset, size); });
}

int open_at(int directory, const char* path, int flags, mode_t mode) {
  const auto call = [&] { return as_int(::syscall(SYS_openat, directory, path, flags, mode)); };
  const Place place = (flags & (O_CREAT | O_TRUNC)) != 0 ? place_of(directory, path) : Place();
  if (!place.is_watched()) {
    return call();
  }
  const Step step;
  const bool existed = place.exists();
  const int fd = call();
  if (fd < 0) {
    return fd;
  }
  const std::uint64_t inode = watched_file(fd);
  if (!existed) {
    Log::instance().record_name(
        {.action = Action::kCreate, .inode = inode, .other = place.directory}, place.name);
  } else if ((flags & O_TRUNC) != 0) {
    Log::instance().record({.action = Action::kResize, .inode = inode, .size = 0});
  }
  return fd;
}

int make_directory(int directory, const char* path, mode_t mode) {
  const Place place = place_of(directory, path);
  const Step step;
  const int result = as_int(::syscall(SYS_mkdirat, directory, path, mode));
  if (result == 0 && place.is_watched()) {
    Log::instance().record_name(
        {.action = Action::kMakeDir, .inode = place.inode(), .other = place.directory}, place.name);
  }
  return result;
}

int remove_at(int directory, const char* path, int flags) {
  const Place place = place_of(directory, path);
  const Step step;
  const int result = as_int(::syscall(SYS_unlinkat, directory, path, flags));
  if (result == 0 && place.is_watched()) {
    const Action action = (flags & AT_REMOVEDIR) != 0 ? Action::kRemoveDir : Action::kUnlink;
    Log::instance().record_name({.action = action, .other = place.directory}, place.name);
  }
  return result;
}

int rename_at(int from_directory, const char* from, int to_directory, const char* to,
              unsigned flags) {
  const Place source = place_of(from_directory, from);
  const Place target = place_of(to_directory, to);
  if (source.is_watched() != target.is_watched() || (flags & RENAME_EXCHANGE) != 0) {
    give_up("such a rename");
  }
  const Step step;
  const int result =
      as_int(::syscall(SYS_renameat2, from_directory, from, to_directory, to, flags));
  if (result == 0 && source.is_watched()) {
    Log::instance().record_name(
        {.action = Action::kRename, .other = source.directory, .target = target.directory},
        source.name + '\0' + target.name);
  }
  return result;
}

int close_file(int fd) {
  const std::uint64_t inode = watched_file(fd);
  if (inode != 0) {
    const Step step;
    Log::instance().record({.action = Action::kClose, .inode = inode});
  }
  return as_int(::syscall(SYS_close, fd));
}

mode_t mode_of(int flags, va_list arguments) {
  const bool has_mode = (flags & (O_CREAT | __O_TMPFILE)) != 0;
  return has_mode ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
}

}  // namespace buoyant::disk::shim

// Names and signatures are those of the C library, which these replace.
namespace shim = buoyant::disk::shim;

extern "C" {

// Found by the program that is recorded (kNoteFunction).
void buoyant_disk_note(const void* data, size_t size) {
  const shim::Step step;
  shim::Log& log = shim::Log::instance();
  log.begin({.action = buoyant::disk::Action::kNote, .bytes = static_cast<std::uint32_t>(size)});
  log.append(data, size);
  log.end();
}

ssize_t write(int fd, const void* data, size_t size) {
  const iovec piece = shim::piece_of(data, size);
  return shim::writing(fd, -1, {&piece, 1}, false,
                       [&] { return ::syscall(SYS_write, fd, data, size); });
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  return shim::write_at(fd, data, size, offset);
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset) {
  return shim::write_at(fd, data, size, offset);
}

ssize_t writev(int fd, const iovec* pieces, int count) {
  return shim::writing(fd, -1, shim::pieces_of(pieces, count), false,
                       [&] { return ::syscall(SYS_writev, fd, pieces, count); });
}

ssize_t pwritev(int fd, const iovec* pieces, int count, off_t offset) {
  return shim::write_pieces_at(fd, pieces, count, offset);
}

ssize_t pwritev64(int fd, const iovec* pieces, int count, off64_t offset) {
  return shim::write_pieces_at(fd, pieces, count, offset);
}

ssize_t pwritev2(int fd, const iovec* pieces, int count, off_t offset, int flags) {
  return shim::write_pieces_with_flags(fd, pieces, count, offset, flags);
}

ssize_t pwritev64v2(int fd, const iovec* pieces, int count, off64_t offset, int flags) {
  return shim::write_pieces_with_flags(fd, pieces, count, offset, flags);
}

int io_uring_submit(io_uring* ring) {
  buoyant::support::for_each_new_entry(*ring, shim::write_before_kernel);
  return buoyant::support::submit_to_kernel(ring);
}

int fsync(int fd) {
  return shim::syncing(fd, SYS_fsync);
}

int fdatasync(int fd) {
  return shim::syncing(fd, SYS_fdatasync);
}

int ftruncate(int fd, off_t size) {
  return shim::truncate_to(fd, size);
}

int ftruncate64(int fd, off64_t size) {
  return shim::truncate_to(fd, size);
}

int fallocate(int fd, int mode, off_t offset, off_t size) {
  return shim::allocate(fd, mode, offset, size);
}

int fallocate64(int fd, int mode, off64_t offset, off64_t size) {
  return shim::allocate(fd, mode, offset, size);
}

int posix_fallocate(int fd, off_t offset, off_t size) {
  return shim::allocate(fd, 0, offset, size) == 0 ? 0 : errno;
}

int posix_fallocate64(int fd, off64_t offset, off64_t size) {
  return shim::allocate(fd, 0, offset, size) == 0 ? 0 : errno;
}

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = shim::mode_of(flags, arguments);
  va_end(arguments);
  return shim::open_at(AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = shim::mode_of(flags, arguments);
  va_end(arguments);
  return shim::open_at(AT_FDCWD, path, flags, mode);
}

int openat(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = shim::mode_of(flags, arguments);
  va_end(arguments);
  return shim::open_at(directory, path, flags, mode);
}

int openat64(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = shim::mode_of(flags, arguments);
  va_end(arguments);
  return shim::open_at(directory, path, flags, mode);
}

int mkdir(const char* path, mode_t mode) {
  return shim::make_directory(AT_FDCWD, path, mode);
}

int mkdirat(int directory, const char* path, mode_t mode) {
  return shim::make_directory(directory, path, mode);
}

int unlink(const char* path) {
  return shim::remove_at(AT_FDCWD, path, 0);
}

int unlinkat(int directory, const char* path, int flags) {
  return shim::remove_at(directory, path, flags);
}

int rmdir(const char* path) {
  return shim::remove_at(AT_FDCWD, path, AT_REMOVEDIR);
}

int rename(const char* from, const char* to) {
  return shim::rename_at(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat(int from_directory, const char* from, int to_directory, const char* to) {
  return shim::rename_at(from_directory, from, to_directory, to, 0);
}

int renameat2(int from_directory, const char* from, int to_directory, const char* to,
              unsigned flags) {
  return shim::rename_at(from_directory, from, to_directory, to, flags);
}

int close(int fd) {
  return shim::close_file(fd);
}

}  // extern "C"
