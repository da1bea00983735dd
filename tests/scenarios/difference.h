// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Where a transcript begins to differ from what a scenario file says.
#pragma once

#include <string>
#include <string_view>

namespace buoyant::scenarios {

/// The first line that differs, with its number and what surrounds it: "-" is what the file
/// says, "+" what happened. Empty: the texts are equal.
std::string first_difference(std::string_view expected, std::string_view actual);

}  // namespace buoyant::scenarios
