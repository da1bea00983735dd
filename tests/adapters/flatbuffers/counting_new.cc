// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/adapters/flatbuffers/counting_new.h"

#include <cstdlib>
#include <new>

namespace buoyant::flatbuf::counting_new {

thread_local std::size_t allocated = 0;

std::size_t allocated_bytes() noexcept {
  return allocated;
}

void* allocate(std::size_t size, std::size_t alignment) {
  allocated += size;
  void* memory = nullptr;
  // Not rounded up: AddressSanitizer then sees each byte behind the block.
  if (posix_memalign(&memory, alignment, size == 0 ? 1 : size) != 0) {
    std::abort();
  }
  return memory;
}

}  // namespace buoyant::flatbuf::counting_new

void* operator new(std::size_t size) {
  return buoyant::flatbuf::counting_new::allocate(size, alignof(std::max_align_t));
}

void* operator new(std::size_t size, std::align_val_t alignment) {
  return buoyant::flatbuf::counting_new::allocate(size, static_cast<std::size_t>(alignment));
}

void* operator new[](std::size_t size) {
  return operator new(size);
}

void* operator new[](std::size_t size, std::align_val_t alignment) {
  return operator new(size, alignment);
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}

void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

void operator delete[](void* memory) noexcept {
  std::free(memory);
}

void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

void operator delete[](void* memory, std::align_val_t) noexcept {
  std::free(memory);
}

void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
