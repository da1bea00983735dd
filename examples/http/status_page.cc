// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/status_page.h"

namespace http {

const std::string_view kStatusPage =
#include "status_page_html.inc"
    ;

}  // namespace http
