// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Seeds in several processes at a time.
#pragma once

#include "tests/disk/power_cut.h"

#include <cstdint>
#include <functional>
#include <string>

namespace buoyant::disk {

struct PoolOptions {
  std::uint64_t first = 1;
  unsigned jobs = 1;
  /// Each process has a directory in it.
  std::string scratch;
};

/// Cuts seed after seed until `on_report`, which hears of each one, says false. A process that
/// ends by itself is a failure of a seed.
void run_pool(const PoolOptions& pool, const CutOptions& options,
              const std::function<bool(const CutReport& report)>& on_report);

}  // namespace buoyant::disk
