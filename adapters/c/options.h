// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Options of C as options of C++.
#pragma once

#include "buoyant/base/result.h"
#include "buoyant/c/options.h"
#include "buoyant/sessions.h"
#include "buoyant/standard.h"

#include <optional>

namespace buoyant::c_api {

struct Options {
  StandardOptions standard;
  std::optional<SessionOptions> sessions;
};

/// Errors: kInvalidOptions (sizes, what is not set, what C++ would not accept as a value at all);
/// the rest is checked when the node opens.
Result<Options> options_of(const buoyant_options_t& options);

}  // namespace buoyant::c_api
