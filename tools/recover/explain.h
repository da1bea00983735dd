// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A recovery's plan in plain words, and as JSON.
#pragma once

#include "tools/recover/plan.h"

#include <string>

namespace buoyant::recover_tool {

/// What was found, what is to be done, and all that follows from it.
std::string explain(const Plan& plan);

/// The same for programs: one object, in several lines. `changed`: it was carried out.
std::string to_json(const Plan& plan, bool changed);

}  // namespace buoyant::recover_tool
