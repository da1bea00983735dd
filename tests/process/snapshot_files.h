// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How far a server is with receiving a snapshot, from the files in its data directory.
#pragma once

#include <cstdint>
#include <string>

namespace buoyant::process {

/// The bytes of the part of a snapshot that came so far; 0: none is coming.
std::uint64_t incoming_bytes(const std::string& data_path);

/// The bytes of the newest complete snapshot; 0: there is none.
std::uint64_t snapshot_bytes(const std::string& data_path);

}  // namespace buoyant::process
