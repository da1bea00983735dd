// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// From the words of a command to an operation on the map.
#pragma once

#include "examples/kv/operation.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kv {

/// The operation, with slices of the words; or an error in RESP2.
/// Requires: the command is of kind kOperation, its number of words is right.
std::variant<Operation, std::string> to_operation(const std::vector<std::string_view>& words);

}  // namespace kv
