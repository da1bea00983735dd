// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A small data.mdb with some of everything in it, as the store writes it.
#pragma once

#include <cstddef>
#include <vector>

namespace buoyant::fuzz {

/// Its bytes; made in a directory that is gone afterwards. The same each time but for random ids.
std::vector<std::byte> base_file();

}  // namespace buoyant::fuzz
