// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// AppendEntries frames that were encoded in this turn: followers that get the same range get the
/// same bytes.
#pragma once

#include "buoyant/model/frame.h"
#include "buoyant/model/message.h"

#include <vector>

namespace buoyant::node {

class FrameCache {
 public:
  struct Encoded {
    AppendEntries message;  ///< Without runs and configurations: they follow from the entries.
    Index last;
    std::size_t payload_bytes = 0;
    Frame frame;
  };

  /// The frame for this message that begins after its prev and ends by `through`; null: none.
  [[nodiscard]] const Encoded* find(const AppendEntries& message, Index through) const noexcept;

  const Encoded& add(Encoded encoded);

  /// At the end of a turn.
  void clear() noexcept { frames_.clear(); }

  [[nodiscard]] std::size_t size() const noexcept { return frames_.size(); }

 private:
  std::vector<Encoded> frames_;
};

}  // namespace buoyant::node
