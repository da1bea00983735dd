// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Repeats of one measurement as one: the median of each figure, and its range.
#pragma once

#include <nlohmann/json.hpp>

#include <vector>

namespace buoyant::bench {

/// Each repeat is an object of the same shape. A number becomes the median of its values, and
/// `range` has [least, greatest] of those that differ; arrays and objects of numbers become
/// medians, one by one; everything else is that of the first. `repeats` says how many there were.
/// Requires: there is one.
nlohmann::json summary_of(const std::vector<nlohmann::json>& repeats);

/// Of an even number the mean of the two in the middle. Requires: there is one.
double median_of(std::vector<double> values);

}  // namespace buoyant::bench
