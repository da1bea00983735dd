// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a frame says, as JSON that people can read and tests compare.
#pragma once

#include "buoyant/model/frame.h"
#include "buoyant/port/codec.h"

#include <nlohmann/json.hpp>

namespace buoyant::flatbuf {

/// Everything but what has its default: a member that a later release adds is not there where an
/// earlier one wrote the frame. An error as {"error": its name}.
[[nodiscard]] nlohmann::ordered_json describe(port::Codec& codec, const ReceivedFrame& frame);

[[nodiscard]] nlohmann::ordered_json describe(const Configuration& configuration);

}  // namespace buoyant::flatbuf
