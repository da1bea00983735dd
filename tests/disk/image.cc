// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/image.h"

#include "adapters/posix/file_descriptor.h"
#include "buoyant/base/assert.h"

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace buoyant::disk {

namespace image {

namespace fs = std::filesystem;

void write_file(const std::string& path, const ImageNode& node) {
  const posix::FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  BUOYANT_ASSERT(file.is_open());
  BUOYANT_ASSERT(::ftruncate(file.get(), static_cast<off_t>(node.size)) == 0);
  for (const auto& [number, page] : node.pages) {
    const std::uint64_t offset = number * kPageBytes;
    if (page != nullptr && offset < node.size) {
      const auto size =
          static_cast<std::size_t>(std::min<std::uint64_t>(kPageBytes, node.size - offset));
      const ssize_t count = ::pwrite(file.get(), page->data(), size, static_cast<off_t>(offset));
      BUOYANT_ASSERT(count == static_cast<ssize_t>(size));
    }
  }
}

ImageNode read_file(const std::string& path) {
  const posix::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status = {};
  BUOYANT_ASSERT(file.is_open());
  BUOYANT_ASSERT(::fstat(file.get(), &status) == 0);
  ImageNode node{
      .is_directory = false, .size = static_cast<std::uint64_t>(status.st_size), .pages = {}};
  for (std::uint64_t at = 0; at * kPageBytes < node.size; ++at) {
    Page page{};
    BUOYANT_ASSERT(
        ::pread(file.get(), page.data(), page.size(), static_cast<off_t>(at * kPageBytes)) > 0);
    if (page != Page{}) {
      node.pages[at] = std::make_shared<const Page>(page);
    }
  }
  return node;
}

}  // namespace image

void write_image(const std::string& root, const Image& image) {
  image::fs::remove_all(root);
  BUOYANT_ASSERT(::mkdir(root.c_str(), 0700) == 0);
  for (const auto& [path, node] : image) {
    const std::string whole = root + "/" + path;
    if (node.is_directory) {
      BUOYANT_ASSERT(::mkdir(whole.c_str(), 0700) == 0);
    } else {
      image::write_file(whole, node);
    }
  }
}

Image read_image(const std::string& root) {
  Image image;
  for (const auto& entry : image::fs::recursive_directory_iterator(root)) {
    const std::string path = image::fs::relative(entry.path(), root).string();
    image[path] = entry.is_directory() ? ImageNode{.is_directory = true, .pages = {}}
                                       : image::read_file(entry.path().string());
  }
  return image;
}

}  // namespace buoyant::disk
