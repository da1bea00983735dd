// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/posix/direct_file.h"

#include "adapters/posix/aligned_buffer.h"
#include "adapters/posix/write_at.h"
#include "buoyant/base/assert.h"

#include <cerrno>
#include <fcntl.h>
#include <liburing.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/uio.h>

namespace buoyant::posix {

namespace {

/// One write is under way at a time.
constexpr unsigned kRingEntries = 2;

ssize_t durable_write(int fd, ByteView bytes, std::uint64_t offset) noexcept {
  const iovec piece{.iov_base = const_cast<std::byte*>(bytes.data()), .iov_len = bytes.size()};
  return ::pwritev2(fd, &piece, 1, static_cast<off_t>(offset), RWF_DSYNC);
}

/// An old kernel has rings that do not write (5.1 to 5.5).
bool has_write(io_uring& ring) noexcept {
  io_uring_probe* const probe = ::io_uring_get_probe_ring(&ring);
  const bool has = probe != nullptr && ::io_uring_opcode_supported(probe, IORING_OP_WRITE) != 0;
  ::io_uring_free_probe(probe);
  return has;
}

}  // namespace

void DirectFile::CloseRing::operator()(io_uring* ring) const noexcept {
  ::io_uring_queue_exit(ring);
  delete ring;
}

std::unique_ptr<DirectFile> DirectFile::open(const std::string& path,
                                             std::uint64_t offset) noexcept {
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_DIRECT | O_CLOEXEC));
  AlignedBuffer block;
  block.reserve(kDiskBlock, 0);
  // Some file systems open so and refuse the first access, and some kernels and sandboxes do not
  // know RWF_DSYNC.
  constexpr auto kWhole = static_cast<ssize_t>(kDiskBlock);
  if (!file.is_open() ||
      ::pread(file.get(), block.data(), kDiskBlock, static_cast<off_t>(offset)) != kWhole ||
      durable_write(file.get(), {block.data(), kDiskBlock}, offset) != kWhole) {
    return nullptr;
  }
  std::unique_ptr<DirectFile> direct(new DirectFile(std::move(file)));
  direct->open_ring();
  return direct;
}

void DirectFile::open_ring() noexcept {
  signal_ = FileDescriptor(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  auto* const ring = new io_uring;
  if (!signal_.is_open() || ::io_uring_queue_init(kRingEntries, ring, 0) != 0) {
    delete ring;
    return;
  }
  ring_.reset(ring);
  if (!has_write(*ring) || ::io_uring_register_eventfd(ring, signal_.get()) != 0) {
    ring_.reset();
  }
}

DirectFile::~DirectFile() {
  BUOYANT_ASSERT(bytes_under_way_ == 0);
}

int DirectFile::write(ByteView bytes, std::uint64_t offset) noexcept {
  return write_at(file_.get(), bytes, offset, RWF_DSYNC);
}

void DirectFile::wait_for_killed_writers(const std::string& path) noexcept {
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  struct stat status = {};
  // Allocating waits for all that goes around the page cache. This byte is there already.
  if (file.is_open() && ::fstat(file.get(), &status) == 0 && status.st_size > 0) {
    static_cast<void>(::fallocate(file.get(), 0, 0, 1));
  }
}

bool DirectFile::begin(ByteView bytes, std::uint64_t offset) noexcept {
  BUOYANT_ASSERT(can_begin() && bytes_under_way_ == 0);
  io_uring_sqe* const entry = ::io_uring_get_sqe(ring_.get());
  if (entry != nullptr) {
    ::io_uring_prep_write(entry, file_.get(), bytes.data(), static_cast<unsigned>(bytes.size()),
                          offset);
    entry->rw_flags = RWF_DSYNC;
  }
  if (entry == nullptr || ::io_uring_submit(ring_.get()) != 1) {
    // What is in the ring would go with the next one: there is none.
    has_failed_ = true;
    return false;
  }
  bytes_under_way_ = bytes.size();
  return true;
}

std::optional<int> DirectFile::poll() noexcept {
  eventfd_t count = 0;
  static_cast<void>(::eventfd_read(signal_.get(), &count));
  io_uring_cqe* done = nullptr;
  if (bytes_under_way_ == 0 || ::io_uring_peek_cqe(ring_.get(), &done) != 0) {
    return std::nullopt;
  }
  const std::int32_t result = done->res;
  ::io_uring_cqe_seen(ring_.get(), done);
  return end(result);
}

int DirectFile::wait() noexcept {
  BUOYANT_ASSERT(bytes_under_way_ != 0);
  io_uring_cqe* done = nullptr;
  int rc = 0;
  do {
    rc = ::io_uring_wait_cqe(ring_.get(), &done);
  } while (rc == -EINTR || rc == -EAGAIN);
  BUOYANT_ASSERT(rc == 0);
  const std::int32_t result = done->res;
  ::io_uring_cqe_seen(ring_.get(), done);
  return end(result);
}

int DirectFile::end(std::int32_t result) noexcept {
  const std::size_t wanted = std::exchange(bytes_under_way_, 0);
  if (result >= 0) {
    return static_cast<std::size_t>(result) == wanted ? 0 : EAGAIN;
  }
  return result == -EINTR || result == -ECANCELED ? EAGAIN : -result;
}

}  // namespace buoyant::posix
