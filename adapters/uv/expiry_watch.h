// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Warns before what proves who we are (StreamSecurity) expires: once it has, no new connection
/// comes up, and a cluster ends bit by bit.
#pragma once

#include "adapters/uv/deadlines.h"

#include <chrono>

namespace buoyant::uv {

struct Context;

/// Loop thread only.
class ExpiryWatch {
 public:
  /// How long before the end it warns, and how often it looks.
  static constexpr std::chrono::hours kWarning{24 * 30};
  static constexpr std::chrono::hours kInterval{12};

  explicit ExpiryWatch(Context& context);

  /// Looks at once, from the loop, and from then on.
  void start();

 private:
  void look();

  Context& context_;
  Deadlines::Timer timer_;
};

}  // namespace buoyant::uv
