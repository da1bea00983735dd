// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A small data.mdb with some of everything in it, as the store writes it.
#pragma once

#include "adapters/lmdb/options.h"

#include <cstddef>
#include <string>
#include <vector>

namespace buoyant::fuzz {

/// Its bytes; made in a directory that is gone afterwards. The same each time but for random ids.
std::vector<std::byte> base_file();

/// What it was made with, and opens with.
lmdb::LmdbOptions base_options(const std::string& directory);

}  // namespace buoyant::fuzz
