// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/micro/journal.h"

#include <fcntl.h>
#include <unistd.h>
#include <vector>

namespace buoyant::bench {

namespace {

constexpr std::size_t kFileBytes = std::size_t{64} << 20U;
/// The file is made in small steps: Linux would keep large ones together in its cache, and count
/// all of that as written when a few bytes of it are.
constexpr std::size_t kStepBytes = 4096;

}  // namespace

Journal::Journal(const std::string& directory)
    : file_(::open((directory + "/journal").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  const std::vector<std::byte> step(kStepBytes, std::byte{1});
  for (std::size_t at = 0; at < kFileBytes; at += step.size()) {
    if (::pwrite(file_, step.data(), step.size(), static_cast<off_t>(at)) < 0) {
      return;
    }
  }
  ::fsync(file_);
}

Journal::~Journal() {
  if (file_ >= 0) {
    ::close(file_);
  }
}

bool Journal::append(std::span<const std::byte> bytes) {
  if (end_ + bytes.size() > kFileBytes) {
    end_ = 0;
  }
  const ssize_t written = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(end_));
  end_ += bytes.size();
  return written == static_cast<ssize_t>(bytes.size()) && ::fdatasync(file_) == 0;
}

}  // namespace buoyant::bench
