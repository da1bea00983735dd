// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Immutable shared bytes, and the buffer in which they are made.
///
/// A payload is received or handed in once and then only referenced: by the entry cache, by
/// the write in flight, by frames in send queues, by the state machine. A Bytes is such a
/// reference: a slice of a reference-counted block. Copies and slices share the block and
/// keep the whole of it alive, so caches count `pinned_bytes()` and copy slices that are
/// small against their block.
#pragma once

#include "buoyant/base/export.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace buoyant {

using ByteView = std::span<const std::byte>;

/// The bytes of a text, without copying.
inline ByteView view_of(std::string_view text) noexcept {
  return std::as_bytes(std::span(text));
}

/// The text of bytes, without copying.
inline std::string_view text_of(ByteView view) noexcept {
  return {reinterpret_cast<const char*>(view.data()), view.size()};
}

class Buffer;

/// A shared slice of an immutable block. Any thread may copy and destroy one; the bytes never
/// change while a reference exists.
class BUOYANT_EXPORT Bytes {
 public:
  Bytes() noexcept = default;
  Bytes(const Bytes& other) noexcept;
  Bytes(Bytes&& other) noexcept;
  Bytes& operator=(const Bytes& other) noexcept;
  Bytes& operator=(Bytes&& other) noexcept;
  ~Bytes();

  /// A block of its own with a copy of `view`. Empty views allocate nothing.
  static Bytes copy_of(ByteView view);

  static Bytes copy_of(std::string_view text) { return copy_of(view_of(text)); }

  [[nodiscard]] const std::byte* data() const noexcept { return data_; }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  [[nodiscard]] ByteView view() const noexcept { return {data_, size_}; }

  [[nodiscard]] std::string_view text() const noexcept { return text_of(view()); }

  /// The capacity of the block that this slice keeps alive; 0 when it holds no block.
  [[nodiscard]] std::size_t pinned_bytes() const noexcept;

  /// The part [offset, offset + size), sharing the block.
  /// Requires: offset + size <= this->size().
  [[nodiscard]] Bytes slice(std::size_t offset, std::size_t size) const;

  /// This slice, or a copy of it when it is less than a quarter of the block that it pins.
  [[nodiscard]] Bytes compacted() const;

  /// Equal contents.
  BUOYANT_EXPORT friend bool operator==(const Bytes& left, const Bytes& right) noexcept;

 private:
  friend class Buffer;
  struct Block;

  Bytes(Block* block, const std::byte* data, std::size_t size) noexcept
      : block_(block), data_(data), size_(size) {}

  Block* block_ = nullptr;
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// A writable block with one owner, aligned to 16 bytes; `freeze` turns it into Bytes.
class BUOYANT_EXPORT Buffer {
 public:
  Buffer() noexcept = default;
  /// `capacity` bytes, not initialised.
  explicit Buffer(std::size_t capacity);
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) noexcept;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer();

  [[nodiscard]] std::byte* data() noexcept;

  [[nodiscard]] const std::byte* data() const noexcept;

  [[nodiscard]] std::size_t capacity() const noexcept;

  /// The first `size` bytes as an immutable slice; this buffer is empty afterwards.
  /// Requires: size <= capacity().
  [[nodiscard]] Bytes freeze(std::size_t size) &&;

  /// A slice of this block while the owner goes on writing *behind* it: how frames become
  /// visible while the rest of a receive buffer still fills.
  /// Requires: offset + size <= capacity(), and that the owner never writes there again.
  [[nodiscard]] Bytes share(std::size_t offset, std::size_t size) const;

  /// True while slices made by share() are alive. Sound only as "may I write at the front
  /// again?": a false answer cannot become true by itself.
  [[nodiscard]] bool is_shared() const noexcept;

 private:
  Bytes::Block* block_ = nullptr;
};

}  // namespace buoyant
