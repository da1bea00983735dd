// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The report as one page that needs nothing beside it.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace buoyant::bench {

/// `page` with each {{name}} replaced by the value of that name; names without a value by
/// nothing.
std::string filled(const std::string& page, const nlohmann::json& values);

/// Makes the report of a run: `run` has `about` (texts by what they are about) and `parts`.
std::string report_of(const nlohmann::json& run, const std::string& page);

}  // namespace buoyant::bench
