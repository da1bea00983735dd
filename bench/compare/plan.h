// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What compare_bench runs in every round: cells, and the systems that are measured in each, one
/// after the other.
#pragma once

#include "bench/compare/samples.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::bench {

struct Run {
  std::string system;
  Cell cell;
};

/// Which part of it. Of each kind that is named, one must fit.
class Filter {
 public:
  /// "C=256,C=16,256B,1KiB,servers=3,libraft"; "probes" for the floor's probes. Nothing: a word
  /// means nothing.
  static std::optional<Filter> parse(const std::string& text,
                                     const std::vector<std::string>& systems);

  [[nodiscard]] bool wants(const Run& run) const;
  [[nodiscard]] bool wants_probes() const;

 private:
  std::vector<std::string> systems_;
  std::vector<std::uint64_t> servers_;
  std::vector<std::uint64_t> payloads_;
  std::vector<std::uint64_t> outstanding_;
  bool probes_ = false;
};

/// The runs of a round, with all `systems` that there are. Each round begins its cells with
/// another system: what one leaves behind for the next one evens out.
std::vector<Run> plan(const std::vector<std::string>& systems, const Filter& filter,
                      std::uint64_t round);

}  // namespace buoyant::bench
