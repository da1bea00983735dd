// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A plain journal: bytes written at the end of what is there, in a file whose blocks exist, and
/// flushed. It starts again at the front when the file is full: nothing cheaper is durable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace buoyant::bench {

class Journal {
 public:
  /// `bytes` of zeros, flushed. Aborts when the disk does not take them.
  Journal(const std::string& path, std::size_t bytes);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();

  /// Requires: no more bytes than the file has.
  void append(std::span<const std::byte> bytes);

  void flush();

 private:
  int fd_;
  std::size_t bytes_;
  std::size_t offset_ = 0;
};

}  // namespace buoyant::bench
