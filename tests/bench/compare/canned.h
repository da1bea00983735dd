// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Results that nobody measured.
#pragma once

#include "bench/compare/samples.h"

#include <string>

namespace buoyant::bench::canned {

/// Of three servers; everything but the rate is zero.
inline Sample rate(std::uint64_t round, const std::string& system, std::uint64_t payload,
                   std::uint64_t outstanding, double proposals_per_second) {
  Sample sample;
  sample.round = round;
  sample.system = system;
  sample.servers = 3;
  sample.payload = payload;
  sample.outstanding = outstanding;
  sample.proposals_per_second = proposals_per_second;
  return sample;
}

}  // namespace buoyant::bench::canned
