// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the clients of one port may take of a server, all together.
#pragma once

#include <cstddef>
#include <cstdint>

namespace example {

struct ServerLimits {
  /// Connections; further ones are told so and closed. Fewer when the process may open too few
  /// files for so many.
  std::size_t clients = 1024;
  /// Bytes of requests and answers. Above it the client that holds most is closed, then the next.
  std::size_t bytes = std::size_t{256} << 20U;
  /// A client that takes no byte of its answers for so long is closed.
  std::uint64_t stall_ms = 30'000;
  /// One whose request has begun, and is not there as a whole for so long, is closed. It does not
  /// count while requests before it are open.
  std::uint64_t request_ms = 60'000;
};

}  // namespace example
