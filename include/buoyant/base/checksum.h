// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The checksum of frames and stored records: XXH3, 64 bits. It finds accidents, not attackers.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/export.h"

#include <cstdint>
#include <memory>

namespace buoyant {

/// The checksum of `view`; `seed` distinguishes equal bytes in different places.
BUOYANT_EXPORT std::uint64_t checksum(ByteView view, std::uint64_t seed = 0) noexcept;

/// The checksum of bytes that come in pieces: equal to checksum() of their concatenation.
class BUOYANT_EXPORT ChecksumStream {
 public:
  explicit ChecksumStream(std::uint64_t seed = 0);
  ChecksumStream(ChecksumStream&&) noexcept;
  ChecksumStream& operator=(ChecksumStream&&) noexcept;
  ChecksumStream(const ChecksumStream&) = delete;
  ChecksumStream& operator=(const ChecksumStream&) = delete;
  ~ChecksumStream();

  /// Starts anew.
  void reset(std::uint64_t seed = 0) noexcept;

  void add(ByteView piece) noexcept;

  [[nodiscard]] std::uint64_t value() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace buoyant
