// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a server remembers of the data directory behind a peer's id.
#pragma once

#include "buoyant/model/ids.h"

#include <cstdint>

namespace buoyant {

/// A row of the durable table of peers: the newest start of a directory that was admitted under
/// this id. See Identity for the three numbers.
struct PeerIdentity {
  ServerId server;
  std::uint64_t incarnation = 0;
  std::uint64_t start_counter = 0;
  std::uint64_t start_id = 0;
  /// Where the newest committed configuration stood when this incarnation was first admitted: a
  /// removal before that was not its own.
  Index since;

  friend bool operator==(const PeerIdentity&, const PeerIdentity&) = default;
};

}  // namespace buoyant
