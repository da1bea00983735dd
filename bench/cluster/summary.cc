// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/summary.h"

#include <algorithm>
#include <cstddef>
#include <string>

namespace buoyant::bench {

namespace {

using nlohmann::json;

/// What stands at `path` in each repeat that has it.
std::vector<json> values_at(const std::vector<json>& repeats, const json::json_pointer& path) {
  std::vector<json> values;
  for (const json& repeat : repeats) {
    if (repeat.contains(path)) {
      values.push_back(repeat.at(path));
    }
  }
  return values;
}

std::vector<double> numbers_of(const std::vector<json>& values) {
  std::vector<double> numbers;
  for (const json& value : values) {
    if (value.is_number()) {
      numbers.push_back(value.get<double>());
    }
  }
  return numbers;
}

json medians_at(const std::vector<json>& repeats, const json::json_pointer& path) {
  const std::vector<json> values = values_at(repeats, path);
  json result = values.front();
  if (result.is_number()) {
    const bool is_same = std::all_of(values.begin(), values.end(),
                                     [&](const json& value) { return value == result; });
    return is_same ? result : json(median_of(numbers_of(values)));
  }
  if (result.is_array()) {
    for (std::size_t i = 0; i < result.size(); ++i) {
      result[i] = medians_at(repeats, path / i);
    }
  } else if (result.is_object()) {
    for (const auto& item : result.items()) {
      item.value() = medians_at(repeats, path / item.key());
    }
  }
  return result;
}

}  // namespace

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

json summary_of(const std::vector<json>& repeats) {
  json summary = medians_at(repeats, json::json_pointer());
  json ranges = json::object();
  for (const auto& item : summary.items()) {
    const std::vector<double> numbers =
        numbers_of(values_at(repeats, json::json_pointer() / item.key()));
    if (numbers.empty()) {
      continue;
    }
    const auto [least, greatest] = std::minmax_element(numbers.begin(), numbers.end());
    if (*least < *greatest) {
      ranges[item.key()] = {*least, *greatest};
    }
  }
  summary["repeats"] = repeats.size();
  summary["range"] = std::move(ranges);
  return summary;
}

}  // namespace buoyant::bench
