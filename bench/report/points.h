// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Reading the points of cluster_bench and read_bench as their JSON has them.
#pragma once

#include "bench/report/plot.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace buoyant::bench {

/// 0: there is no such number.
double number_in(const nlohmann::json& object, const std::string& name);

/// An array, or an empty one.
nlohmann::json array_in(const nlohmann::json& object, const std::string& name);

struct Filter {
  std::optional<double> servers;
  std::optional<double> payload;
  std::optional<double> outstanding;
  bool is_open = false;
};

/// Proposals only.
std::vector<nlohmann::json> select(const nlohmann::json& points, const Filter& filter);

/// The different values of a number, ascending.
std::vector<double> values_of(const std::vector<nlohmann::json>& points, const std::string& name);

/// "3 servers, 256 B, C=16: 22.9k/s, p50 684 us, p99 922 us".
std::string note_of(const nlohmann::json& point);

/// One dot for each point, ascending in x; with the range of y.
std::vector<Dot> dots_of(const std::vector<nlohmann::json>& points, const std::string& x,
                         const std::string& y);

/// "12.3k (11.9k - 12.8k)": the median and its range.
std::string with_range(const nlohmann::json& point, const std::string& name, Unit unit);

}  // namespace buoyant::bench
