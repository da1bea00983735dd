// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/base/bytes.h"

#include "buoyant/base/assert.h"

#include <atomic>
#include <cstring>
#include <new>
#include <utility>

namespace buoyant {

namespace {

constexpr std::size_t kBlockAlignment = 16;
// So that no block needs an allocation that is told how it is to be aligned, which is dearer.
static_assert(__STDCPP_DEFAULT_NEW_ALIGNMENT__ >= kBlockAlignment);

}  // namespace

/// The header of a block; its bytes follow it.
struct alignas(kBlockAlignment) Bytes::Block {
  std::atomic<std::uint32_t> references{1};
  std::size_t capacity = 0;

  std::byte* bytes() noexcept { return reinterpret_cast<std::byte*>(this + 1); }

  static Block* make(std::size_t capacity) {
    void* memory = ::operator new(sizeof(Block) + capacity);
    auto* block = new (memory) Block;
    block->capacity = capacity;
    return block;
  }

  static Block* retain(Block* block) noexcept {
    if (block != nullptr) {
      block->references.fetch_add(1, std::memory_order_relaxed);
    }
    return block;
  }

  static void release(Block* block) noexcept {
    if (block == nullptr) {
      return;
    }
    // Acquire pairs with the release of the other owners: the last one frees what all have read.
    if (block->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      block->~Block();
      ::operator delete(block);
    }
  }
};

Bytes::Bytes(const Bytes& other) noexcept
    : block_(Block::retain(other.block_)), data_(other.data_), size_(other.size_) {}

Bytes::Bytes(Bytes&& other) noexcept
    : block_(std::exchange(other.block_, nullptr)),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

Bytes& Bytes::operator=(const Bytes& other) noexcept {
  if (this != &other) {
    Bytes copy(other);
    *this = std::move(copy);
  }
  return *this;
}

Bytes& Bytes::operator=(Bytes&& other) noexcept {
  // By way of a temporary: the old block is released here, not with `other`.
  Bytes taken(std::move(other));
  std::swap(block_, taken.block_);
  std::swap(data_, taken.data_);
  std::swap(size_, taken.size_);
  return *this;
}

Bytes::~Bytes() {
  Block::release(block_);
}

Bytes Bytes::copy_of(ByteView view) {
  if (view.empty()) {
    return {};
  }
  Buffer buffer(view.size());
  std::memcpy(buffer.data(), view.data(), view.size());
  return std::move(buffer).freeze(view.size());
}

std::size_t Bytes::pinned_bytes() const noexcept {
  return block_ == nullptr ? 0 : block_->capacity;
}

Bytes Bytes::slice(std::size_t offset, std::size_t size) const {
  BUOYANT_ASSERT(offset <= size_);
  BUOYANT_ASSERT(size <= size_ - offset);
  if (size == 0) {
    return {};
  }
  return {Block::retain(block_), data_ + offset, size};
}

Bytes Bytes::compacted() const {
  if (size_ < pinned_bytes() / 4) {
    return copy_of(view());
  }
  return *this;
}

bool operator==(const Bytes& left, const Bytes& right) noexcept {
  if (left.size_ != right.size_) {
    return false;
  }
  return left.size_ == 0 || std::memcmp(left.data_, right.data_, left.size_) == 0;
}

Buffer::Buffer(std::size_t capacity) : block_(Bytes::Block::make(capacity)) {}

Buffer::Buffer(Buffer&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  Buffer taken(std::move(other));
  std::swap(block_, taken.block_);
  return *this;
}

Buffer::~Buffer() {
  Bytes::Block::release(block_);
}

std::byte* Buffer::data() noexcept {
  return block_ == nullptr ? nullptr : block_->bytes();
}

const std::byte* Buffer::data() const noexcept {
  return block_ == nullptr ? nullptr : block_->bytes();
}

std::size_t Buffer::capacity() const noexcept {
  return block_ == nullptr ? 0 : block_->capacity;
}

Bytes Buffer::freeze(std::size_t size) && {
  BUOYANT_ASSERT(size <= capacity());
  Bytes::Block* block = std::exchange(block_, nullptr);
  if (size == 0) {
    Bytes::Block::release(block);
    return {};
  }
  return {block, block->bytes(), size};
}

Bytes Buffer::share(std::size_t offset, std::size_t size) const {
  BUOYANT_ASSERT(offset <= capacity());
  BUOYANT_ASSERT(size <= capacity() - offset);
  if (size == 0) {
    return {};
  }
  return {Bytes::Block::retain(block_), block_->bytes() + offset, size};
}

bool Buffer::is_shared() const noexcept {
  return block_ != nullptr && block_->references.load(std::memory_order_acquire) > 1;
}

}  // namespace buoyant
