// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What headers declare, and what nm says that libraries define.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace buoyant::install {

/// The classes and functions that a header declares outside of classes, with their namespaces.
/// Classes that it only names are not among them.
std::set<std::string> declared_in(std::string_view header);

/// The functions and vtables in the output of `nm -C`, as it writes them, without versions; of
/// `kinds`, its letters.
std::set<std::string> symbols_in(std::string_view nm, std::string_view kinds);

/// True: `symbol` is one of `declared`, or a member of it, or its vtable.
bool belongs_to(const std::set<std::string>& declared, std::string_view symbol);

}  // namespace buoyant::install
