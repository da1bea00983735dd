// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Frames as people and checks read them.
#pragma once

#include "buoyant/model/frame.h"
#include "buoyant/port/codec.h"

#include <cstddef>
#include <string>
#include <vector>

namespace buoyant::simulation {

/// The frame in these bytes. Requires: they are exactly one well-formed frame.
[[nodiscard]] ReceivedFrame parse_frame(const std::vector<std::byte>& bytes);

/// One line with everything that the message says.
[[nodiscard]] std::string describe_frame(port::Codec& codec, const ReceivedFrame& frame);

/// The same of a message that is decoded already.
[[nodiscard]] std::string describe_message(const PeerMessage& message);

}  // namespace buoyant::simulation
