// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A page in headless Chromium, with a script that tries what people do and notes what came of it.
#pragma once

#include <map>
#include <string>

namespace buoyant::sim_tool {

/// What the script noted: name, and what is wrong; "": nothing.
using Notes = std::map<std::string, std::string>;

/// Puts `script` at the end of a page, opens it in a window of 1280x720, and gives what
/// it noted. Errors of the page are noted as "error", the end of the script as "done"; when the
/// browser says nothing that can be read, "browser" tells of it. Ends within a minute.
[[nodiscard]] Notes try_page(const std::string& page, const std::string& script);

}  // namespace buoyant::sim_tool
