// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the operations do with the map. The replies are RESP2, as clients get them.
#pragma once

#include "examples/kv/map.h"
#include "examples/kv/operation.h"

#include <string>

namespace kv {

/// Any operation. One that cannot be done changes nothing, and its reply is an error.
std::string execute(const Operation& operation, Map& map);

/// Requires: is_read(operation.code).
std::string execute_read(const Operation& operation, const Map& map);

}  // namespace kv
