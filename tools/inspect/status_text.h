// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The status of a data directory in plain words, and as JSON.
#pragma once

#include "tools/inspect/status.h"

#include <string>

namespace buoyant::inspect_tool {

std::string to_text(const Status& status);

/// One object, in several lines.
std::string to_json(const Status& status);

}  // namespace buoyant::inspect_tool
