// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Which troubles were told already: a port scanner or a refused peer that dials again and again
/// must not fill the operator's log.
#pragma once

#include "buoyant/base/time.h"
#include "buoyant/model/ids.h"

#include <chrono>
#include <cstddef>
#include <map>
#include <string_view>
#include <utility>

namespace buoyant::uv {

class TroubleLog {
 public:
  /// The same trouble is news again after this.
  static constexpr Duration kSilence = std::chrono::minutes(1);
  /// Beyond this many different ones, new ones are not told before old ones are forgotten.
  static constexpr std::size_t kKindsMax = 256;

  /// True when it is to be told. `what` has static storage.
  bool is_news(ServerId peer, std::string_view what, Instant now) {
    std::erase_if(told_, [&](const auto& entry) { return entry.second + kSilence <= now; });
    return told_.size() < kKindsMax && told_.emplace(std::pair(peer, what), now).second;
  }

  /// All is well with this peer: what comes next is news.
  void forget(ServerId peer) {
    std::erase_if(told_, [&](const auto& entry) { return entry.first.first == peer; });
  }

 private:
  std::map<std::pair<ServerId, std::string_view>, Instant> told_;
};

}  // namespace buoyant::uv
