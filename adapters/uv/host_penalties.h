// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Which hosts sent something that no server of ours sends: for a while they get one connection
/// at a time before its admission, in place of several.
///
/// Not none: a member may be behind the same address, and whoever could keep it out by sending
/// garbage in its name would have won. The time doubles with each offence and ends by itself; an
/// admitted connection from the host ends it at once.
#pragma once

#include "buoyant/base/time.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>

namespace buoyant::uv {

/// Loop thread only.
class HostPenalties {
 public:
  /// Hosts that are remembered. Beyond, the one whose penalty ends first is forgotten.
  static constexpr std::size_t kHostsMax = 1024;

  /// `first`: of the first offence; zero: there are none. `longest`: where doubling ends, and how
  /// long after a penalty's end an offence still counts as another one.
  HostPenalties(Duration first, Duration longest) : first_(first), longest_(longest) {}

  void note_offence(const std::string& host, Instant now) {
    if (first_ <= Duration(0)) {
      return;
    }
    forget_old(now);
    const auto known = hosts_.find(host);
    const Duration length =
        known == hosts_.end() ? first_ : std::min(known->second.length * 2, longest_);
    hosts_[host] = {.length = length, .until = now + length};
    if (hosts_.size() > kHostsMax) {
      hosts_.erase(std::min_element(hosts_.begin(), hosts_.end(), ends_earlier));
    }
  }

  /// A peer was admitted from there.
  void clear(const std::string& host) { hosts_.erase(host); }

  [[nodiscard]] bool is_penalized(const std::string& host, Instant now) const {
    const auto known = hosts_.find(host);
    return known != hosts_.end() && now < known->second.until;
  }

  [[nodiscard]] std::size_t size() const noexcept { return hosts_.size(); }

 private:
  struct Penalty {
    Duration length{0};
    Instant until;
  };

  using Hosts = std::map<std::string, Penalty>;

  static bool ends_earlier(const Hosts::value_type& left, const Hosts::value_type& right) {
    return left.second.until < right.second.until;
  }

  void forget_old(Instant now) {
    std::erase_if(hosts_, [&](const auto& each) { return each.second.until + longest_ <= now; });
  }

  Duration first_;
  Duration longest_;
  Hosts hosts_;
};

}  // namespace buoyant::uv
