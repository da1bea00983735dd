// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What an example server tells its operator, on stderr.
#pragma once

#include "buoyant/report.h"
#include "examples/common/options.h"

#include <string_view>

namespace example {

/// Lines of the program and of its node, down to a level.
class Log {
 public:
  /// `program` is a literal.
  Log(const char* program, buoyant::ServerId id, LogLevel level);
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  ~Log() = default;

  /// What writes one line for each thing that happens to the node.
  [[nodiscard]] buoyant::Observer& observer() noexcept { return observer_; }

  void write(LogLevel level, std::string_view text) const;

 private:
  const char* program_;
  buoyant::ServerId id_;
  LogLevel level_;
  buoyant::LogObserver observer_;
};

}  // namespace example
