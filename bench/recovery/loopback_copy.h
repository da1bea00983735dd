// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The floor below every transfer between servers: a file through a TCP connection on loopback
/// into another file, which is flushed at the end.
#pragma once

#include <cstdint>
#include <string>

namespace buoyant::bench {

/// So many bytes, from a file that is in the page cache; in bytes per second, from the first byte
/// until it is flushed. 0: it failed. The files are made in `directory` and removed.
double copy_over_loopback(const std::string& directory, std::uint64_t bytes);

}  // namespace buoyant::bench
