// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Writing all of some bytes at a place in a file.
#pragma once

#include "buoyant/base/bytes.h"

#include <cerrno>
#include <cstdint>
#include <sys/uio.h>

namespace buoyant::posix {

/// Writes all of it, with the flags of pwritev2. 0 or errno.
[[nodiscard]] inline int write_at(int fd, ByteView bytes, std::uint64_t offset,
                                  int flags) noexcept {
  while (!bytes.empty()) {
    const iovec piece{.iov_base = const_cast<std::byte*>(bytes.data()), .iov_len = bytes.size()};
    const ssize_t count = ::pwritev2(fd, &piece, 1, static_cast<off_t>(offset), flags);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return count == 0 ? EIO : errno;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return 0;
}

}  // namespace buoyant::posix
