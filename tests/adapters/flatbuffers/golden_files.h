// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The files in golden/: bytes as hexadecimal text, which a review can read.
#pragma once

#include "buoyant/base/bytes.h"

#include <cstddef>
#include <string>
#include <vector>

namespace buoyant::flatbuf::golden {

/// With a slash at the end.
std::string folder();

std::string path_of(const std::string& name);

/// Lines of 32 bytes.
std::string hex_of(ByteView bytes);

/// The text of a file; empty: there is none.
std::string text_of(const std::string& name);

std::vector<std::byte> bytes_of(const std::string& name);

}  // namespace buoyant::flatbuf::golden
