// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What one has to know of a machine to make sense of figures from it.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace buoyant::bench {

/// Texts by what they are about. The file system is that of `directory`.
nlohmann::json facts_of_machine(const std::string& directory);

}  // namespace buoyant::bench
