// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/report/points.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

namespace buoyant::bench {

namespace {

using nlohmann::json;

bool is_or_any(const std::optional<double>& wanted, const json& point, const char* name) {
  return !wanted || number_in(point, name) == *wanted;
}

std::string load_of(const json& point) {
  const double rate = number_in(point, "rate");
  return rate > 0 ? text_of(rate, Unit::kPlain) + "/s due"
                  : fmt::format("C={:.0f}", number_in(point, "outstanding"));
}

}  // namespace

double number_in(const json& object, const std::string& name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

json array_in(const json& object, const std::string& name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found != object.end() && found->is_array() ? *found : json::array();
}

std::vector<json> select(const json& points, const Filter& filter) {
  std::vector<json> selected;
  for (const json& point : points) {
    if (point.value("call", "propose") == "propose" &&
        is_or_any(filter.servers, point, "servers") &&
        is_or_any(filter.payload, point, "payload") &&
        is_or_any(filter.outstanding, point, "outstanding") &&
        (number_in(point, "rate") > 0) == filter.is_open) {
      selected.push_back(point);
    }
  }
  return selected;
}

std::vector<double> values_of(const std::vector<json>& points, const std::string& name) {
  std::set<double> values;
  for (const json& point : points) {
    values.insert(number_in(point, name));
  }
  return {values.begin(), values.end()};
}

std::string note_of(const json& point) {
  return fmt::format("{:.0f} servers, {}, {}: {}/s, p50 {}, p99 {}", number_in(point, "servers"),
                     text_of(number_in(point, "payload"), Unit::kBytes), load_of(point),
                     text_of(number_in(point, "proposals_per_second"), Unit::kPlain),
                     text_of(number_in(point, "p50_us"), Unit::kMicroseconds),
                     text_of(number_in(point, "p99_us"), Unit::kMicroseconds));
}

std::vector<Dot> dots_of(const std::vector<json>& points, const std::string& x,
                         const std::string& y) {
  std::vector<Dot> dots;
  for (const json& point : points) {
    Dot dot = {.x = number_in(point, x), .y = number_in(point, y), .note = note_of(point)};
    if (const json range = array_in(point.value("range", json::object()), y); range.size() == 2) {
      dot.low = range[0].get<double>();
      dot.high = range[1].get<double>();
    }
    dots.push_back(dot);
  }
  std::stable_sort(dots.begin(), dots.end(), [](const Dot& a, const Dot& b) { return a.x < b.x; });
  return dots;
}

std::string with_range(const json& point, const std::string& name, Unit unit) {
  const std::string median = text_of(number_in(point, name), unit);
  const json range = array_in(point.value("range", json::object()), name);
  return range.size() == 2 ? fmt::format("{} <small>{} &ndash; {}</small>", median,
                                         text_of(range[0].get<double>(), unit),
                                         text_of(range[1].get<double>(), unit))
                           : median;
}

}  // namespace buoyant::bench
