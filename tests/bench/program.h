// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Runs a benchmark as a process and reads the JSON that it leaves.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace buoyant::bench_program {

/// Runs `program` with `arguments` and then `json_option` FILE; what it wrote to that file. Null,
/// and a failure of the test that says why: it failed, or wrote something else than JSON.
nlohmann::json run(const std::string& program, std::vector<std::string> arguments,
                   const std::string& json_option);

}  // namespace buoyant::bench_program
