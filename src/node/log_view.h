// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the parts of a node ask the log: which term an index has. Bytes are found by (index,
/// term), so that those of a replaced entry are never taken for its successor's.
#pragma once

#include "buoyant/model/ids.h"

#include <optional>

namespace buoyant::node {

class LogView {
 public:
  LogView() = default;
  LogView(const LogView&) = delete;
  LogView& operator=(const LogView&) = delete;

  /// The term of the entry at `index`; nullopt: not in the log.
  [[nodiscard]] virtual std::optional<Term> term_at(Index index) const noexcept = 0;

 protected:
  ~LogView() = default;
};

}  // namespace buoyant::node
