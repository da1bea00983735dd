// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How many lines were applied, as a snapshot: "buoyecho" | u64 lines | u64 checksum of all that.
#pragma once

#include "buoyant/port/state_machine.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace echo {

class CountSource final : public buoyant::SnapshotSource {
 public:
  explicit CountSource(std::uint64_t lines);

  buoyant::Result<buoyant::Bytes> read(std::size_t bytes_max) noexcept override;

 private:
  std::string bytes_;
  std::size_t read_ = 0;
};

class CountTarget final : public buoyant::SnapshotTarget {
 public:
  /// `lines` is touched by finish() only.
  explicit CountTarget(std::uint64_t& lines) : lines_(lines) {}

  /// Errors: kMalformed (it is too long).
  buoyant::Result<void> write(buoyant::ByteView chunk) noexcept override;

  /// Errors: kMalformed.
  buoyant::Result<void> finish() noexcept override;

 private:
  std::uint64_t& lines_;
  std::string bytes_;
};

}  // namespace echo
