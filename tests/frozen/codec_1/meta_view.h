// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Reading a FlatBuffer that came from outside: verified, aligned, and without the accessors that
/// are undefined on hostile input.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/result.h"
#include "buoyant/model/frame.h"

#include <flatbuffers/flatbuffers.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace buoyant::flatbuf_1 {

/// Bytes at an aligned address: the given ones, or a copy when those lie badly. The verifier
/// checks alignment against the start of the buffer only, so the start must be aligned.
class AlignedView {
 public:
  explicit AlignedView(ByteView bytes) : view_(bytes) {
    if (reinterpret_cast<std::uintptr_t>(bytes.data()) % kAlignment != 0) {
      copy_ = Buffer(bytes.size());
      std::memcpy(copy_.data(), bytes.data(), bytes.size());
      view_ = {copy_.data(), bytes.size()};
    }
  }

  [[nodiscard]] ByteView view() const noexcept { return view_; }

 private:
  static constexpr std::size_t kAlignment = 8;

  ByteView view_;
  Buffer copy_;
};

/// A verified root table. Valid as long as the bytes.
template <class Table>
class Root {
 public:
  /// The root table of `meta`, which must be aligned, if every offset in it stays inside and it
  /// has at most `tables_max` tables.
  static Root verified(ByteView meta, std::uint32_t tables_max) {
    if (meta.empty() || meta.size() > kFrameBytesHardMax) {
      return Root(nullptr);
    }
    flatbuffers::Verifier::Options options;
    options.max_depth = 8;
    options.max_tables = tables_max;
    const auto* start = reinterpret_cast<const std::uint8_t*>(meta.data());
    flatbuffers::Verifier verifier(start, meta.size(), options);
    return Root(verifier.VerifyBuffer<Table>() ? start : nullptr);
  }

  explicit operator bool() const noexcept { return start_ != nullptr; }

  const Table* operator->() const noexcept { return flatbuffers::GetRoot<Table>(start_); }

  /// The boolean at this slot of the vtable; anything but 0 and 1 makes `valid` false: the
  /// generated accessor would take 2 for true, and it would not come back as 2.
  bool flag(flatbuffers::voffset_t slot, bool& valid) const noexcept {
    const auto raw =
        flatbuffers::GetRoot<flatbuffers::Table>(start_)->template GetField<std::uint8_t>(slot, 0);
    valid = valid && raw <= 1;
    return raw == 1;
  }

 private:
  explicit Root(const std::uint8_t* start) noexcept : start_(start) {}

  const std::uint8_t* start_;
};

/// The number of elements; an absent vector is empty.
template <class Vector>
std::size_t size_of(const Vector* vector) noexcept {
  return vector == nullptr ? 0 : vector->size();
}

/// A copy of one element: the verifier does not check that elements of 8 bytes are aligned.
template <class Struct>
Struct element(const flatbuffers::Vector<const Struct*>* vector, std::size_t position) noexcept {
  Struct copy;
  std::memcpy(&copy, vector->Data() + position * sizeof(Struct), sizeof(Struct));
  return copy;
}

inline std::uint32_t element(const flatbuffers::Vector<std::uint32_t>* vector,
                             std::size_t position) noexcept {
  return vector->Get(static_cast<flatbuffers::uoffset_t>(position));
}

}  // namespace buoyant::flatbuf_1
