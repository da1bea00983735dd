// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a disk holds after a power cut: directories, and files of pages.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace buoyant::disk {

inline constexpr std::size_t kPageBytes = 4096;
inline constexpr std::size_t kSectorBytes = 512;

using Page = std::array<std::byte, kPageBytes>;
/// Null: zeros.
using PagePtr = std::shared_ptr<const Page>;

struct ImageNode {
  bool is_directory = false;
  std::uint64_t size = 0;
  std::map<std::uint64_t, PagePtr> pages;
};

/// By path below the root; a directory stands before what is in it.
using Image = std::map<std::string, ImageNode>;

/// Makes the files in `root`, which is emptied.
void write_image(const std::string& root, const Image& image);

/// The other way round.
[[nodiscard]] Image read_image(const std::string& root);

}  // namespace buoyant::disk
