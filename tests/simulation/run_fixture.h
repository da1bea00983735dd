// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The parts that every test of a part of the simulated world needs: a plan, the time, processes.
#pragma once

#include "simulation/context.h"
#include "simulation/process.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace buoyant::simulation {

class RunFixture : public testing::Test {
 protected:
  /// The check that saw something; empty: none did.
  [[nodiscard]] std::string violated() const {
    return context.violation() ? context.violation()->check : "";
  }

  void run_for(Duration duration) {
    const Instant until = context.now() + duration;
    while (context.timeline.run_one(until)) {
    }
  }

  /// Long enough for everything that was posted.
  void run_all() { run_for(std::chrono::minutes(10)); }

  ProcessPointer make_process(std::uint64_t server, std::uint64_t start = 1, Clock clock = {}) {
    return std::make_shared<Process>(context, ServerId(server), start, clock);
  }

  Plan plan;
  TraceSink sink;
  Context context{plan, sink};
};

}  // namespace buoyant::simulation
