// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// An error of the library in words for the operator.
#pragma once

#include "buoyant/base/error.h"

#include <string>

namespace example {

/// "listen 127.0.0.1:7001: the address is bound by somebody else: ..."
std::string describe(const std::string& what, const buoyant::Error& error);

}  // namespace example
