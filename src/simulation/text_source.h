// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A snapshot that was written down when it was captured (§5).
#pragma once

#include "buoyant/port/state_machine.h"

#include <algorithm>
#include <string>
#include <utility>

namespace buoyant::simulation {

class TextSource final : public SnapshotSource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}

  Result<Bytes> read(std::size_t bytes_max) noexcept override {
    const std::size_t size = std::min(bytes_max, text_.size() - read_);
    Bytes part = Bytes::copy_of(std::string_view(text_).substr(read_, size));
    read_ += size;
    return part;
  }

 private:
  std::string text_;
  std::size_t read_ = 0;
};

/// All that a source gives.
inline std::string read_all(SnapshotSource& source) {
  std::string text;
  for (;;) {
    const Result<Bytes> part = source.read(65536);
    if (!part || part->empty()) {
      return text;
    }
    text += part->text();
  }
}

}  // namespace buoyant::simulation
