// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/scratch.h"

#include "buoyant/base/assert.h"

#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace buoyant::disk {

std::string default_scratch() {
  // Syncs cost nothing there, and what they mean is the model's business.
  constexpr const char* kMemory = "/dev/shm";
  return ::access(kMemory, W_OK | X_OK) == 0 ? kMemory
                                             : std::filesystem::temp_directory_path().string();
}

Scratch::Scratch(const std::string& parent) {
  std::string pattern = std::filesystem::canonical(parent).string() + "/buoyant_disk_XXXXXX";
  BUOYANT_ASSERT(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

Scratch::~Scratch() {
  std::filesystem::remove_all(path_);
}

}  // namespace buoyant::disk
