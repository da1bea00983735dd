// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Positions, members and amounts in plain words, and as JSON: the same in every program for
/// operators.
#pragma once

#include "buoyant/model/configuration.h"
#include "buoyant/model/ids.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace buoyant::tools {

using Json = nlohmann::ordered_json;

std::string number(std::uint64_t value);

/// "0x0123456789abcdef".
std::string hex(std::uint64_t value);

/// "512 bytes", "3.5 MiB".
std::string text_of_bytes(std::uint64_t bytes);

/// "entry 7 of term 3".
std::string text_of(LogPosition position);

/// "1=host:7000, 2=host:7001 (learner)".
std::string text_of(const std::vector<Member>& members);

/// The same, and whom a joint one leaves.
std::string text_of(const Configuration& configuration);

Json json_of(LogPosition position);
Json json_of(const std::vector<Member>& members);

/// In several lines, or in one; bytes that are no text are replaced.
std::string dumped(const Json& json);
std::string dumped_in_line(const Json& json);

}  // namespace buoyant::tools
