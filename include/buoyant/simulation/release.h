// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Another release of buoyant, of which some servers of a run are: mixed versions.
///
/// To its peers a server is what it says and what it understands. So a simulated server of another
/// release is the present node with the codec of that release, as it was then, and its range of
/// wire versions.
#pragma once

#include "buoyant/model/hello.h"
#include "buoyant/port/codec.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace buoyant::simulation {

struct Release {
  /// For reports.
  std::string name;
  /// One for each process. Its configurations' bytes are in the log beside those of others.
  std::function<std::unique_ptr<port::Codec>()> make_codec;
  /// What its hellos offer.
  std::uint16_t version_min = kWireVersionMin;
  std::uint16_t version_max = kWireVersionMax;
};

}  // namespace buoyant::simulation
