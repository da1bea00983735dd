// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The page at /: self-contained HTML, made of status_page.html when this is compiled.
#pragma once

#include <string_view>

namespace http {

extern const std::string_view kStatusPage;

}  // namespace http
