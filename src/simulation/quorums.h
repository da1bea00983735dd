// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Which servers make a majority, as seen from outside: from the configurations that stand on
/// disks (§4.3), counted anew and not with the core's own words.
#pragma once

#include "buoyant/model/configuration.h"
#include "buoyant/model/ids.h"

#include <functional>
#include <map>

namespace buoyant::simulation {

class Quorums {
 public:
  using Holds = std::function<bool(ServerId)>;
  /// Whether a server has the entry at a position, durably.
  using Has = std::function<bool(ServerId, LogPosition)>;

  /// A configuration entry became durable somewhere.
  void add(LogPosition position, Configuration configuration);

  /// The entry at `index` is committed: one of these does not count before it any more.
  void commit(Index index, Term term);

  /// Nothing is known of who is a member.
  [[nodiscard]] bool empty() const noexcept { return configurations_.empty(); }

  /// True: a majority holds, by a configuration that a leader may have gone by now: the newest
  /// committed one or a later one. The target of a joint one that is committed counts too: a
  /// leader goes by it before it is on any disk. Before there is any: false.
  [[nodiscard]] bool may_be_met(const Holds& holds, const Has& has) const;

  /// True: by this configuration, in each half of a joint one.
  [[nodiscard]] static bool is_met(const Configuration& configuration, const Holds& holds);

 private:
  std::map<LogPosition, Configuration> configurations_;
  Index committed_;
};

}  // namespace buoyant::simulation
