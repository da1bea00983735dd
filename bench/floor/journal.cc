// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/floor/journal.h"

#include "bench/floor/expect.h"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

namespace buoyant::bench {

namespace {

void write_all(int fd, std::span<const std::byte> bytes, std::size_t offset) {
  while (!bytes.empty()) {
    const ssize_t count = pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    expect(count > 0, "floor_bench: pwrite");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::size_t>(count);
  }
}

}  // namespace

Journal::Journal(const std::string& path, std::size_t bytes)
    : fd_(open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)), bytes_(bytes) {
  expect(fd_ >= 0, "floor_bench: open");
  // In steps of a page: what was written in large steps is counted in large steps ever after,
  // however little of it is dirty.
  const std::vector<std::byte> zeros(4096);
  for (std::size_t offset = 0; offset < bytes; offset += zeros.size()) {
    write_all(fd_, std::span(zeros).first(std::min(zeros.size(), bytes - offset)), offset);
  }
  expect(fsync(fd_) == 0, "floor_bench: fsync");
}

Journal::~Journal() {
  close(fd_);
}

void Journal::append(std::span<const std::byte> bytes) {
  if (offset_ + bytes.size() > bytes_) {
    offset_ = 0;
  }
  write_all(fd_, bytes, offset_);
  offset_ += bytes.size();
}

void Journal::flush() {
  expect(fdatasync(fd_) == 0, "floor_bench: fdatasync");
}

}  // namespace buoyant::bench
