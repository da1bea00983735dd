// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Several works, each measured several times, in rounds: what disturbs the machine for a while
/// disturbs one repeat of many works, and not all repeats of one.
#pragma once

#include "bench/cluster/point.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace buoyant::bench {

/// One cluster, and what is run in it, one after the other.
struct Plan {
  std::size_t servers = 3;
  std::vector<Work> works;
  /// Given to each server.
  std::vector<std::string> options;
};

struct Rounds {
  /// What complaints begin with.
  std::string program;
  std::uint64_t repeats = 1;
  /// The servers' data goes to temporary directories in it.
  std::string data = "/var/tmp";
};

/// Every plan in every round has a cluster of its own: no run inherits the last one's log. A
/// round of a plan in which leadership is lost is tried again, twice.
///
/// Gives the summary of each work that was measured, in order; `on_summary` gets each when its
/// last repeat is over. What went wrong, and how far it is, goes to standard error.
std::vector<nlohmann::json> measure(const Rounds& rounds, const std::vector<Plan>& plans,
                                    const std::function<void(const nlohmann::json&)>& on_summary);

/// False: the file cannot be written, and standard error says so.
bool write_json(const std::string& program, const std::string& path, const nlohmann::json& json);

}  // namespace buoyant::bench
