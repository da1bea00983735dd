// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The memory of a search for an order (Lowe): where it has been, it need not go again.
///
/// A configuration is a set of operations that are in the order, and the state after them. Those
/// of unknown outcome need not be in an order, so one with fewer of them can do whatever the
/// same one with more of them can do: that one need not be looked at either. Without this rule
/// the search would go through all the subsets of the operations of unknown outcome.
#pragma once

#include "simulation/state_table.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

namespace buoyant::simulation {

/// Operations with a reply, numbered in the order in which they returned: all before
/// `first_missing`, and those `ahead` of it, ascending. These were open when the missing one
/// was, so they are few.
struct OrderedSet {
  std::uint32_t first_missing = 0;
  std::vector<std::uint32_t> ahead;

  friend auto operator<=>(const OrderedSet&, const OrderedSet&) = default;
};

/// Operations of unknown outcome that are in the order, by number, ascending.
using EffectSet = std::vector<std::uint32_t>;

class VisitedConfigurations {
 public:
  /// How many sets of effects with the same operations and state a new one is compared with,
  /// the smallest first. Those beyond are only looked up, which finds equal ones.
  static constexpr std::size_t kComparedMax = 64;

  /// False: this configuration was there, or one with fewer effects.
  bool add(const OrderedSet& ordered, StateNumber state, const EffectSet& effects);

  /// The configurations that were added.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 private:
  struct Place {
    OrderedSet ordered;
    StateNumber state = 0;

    friend auto operator<=>(const Place&, const Place&) = default;
  };

  struct SmallerFirst {
    bool operator()(const EffectSet& left, const EffectSet& right) const noexcept;
  };

  using EffectSets = std::set<EffectSet, SmallerFirst>;

  static bool covers(const EffectSets& visited, const EffectSet& effects) noexcept;

  std::map<Place, EffectSets> visited_;
  std::uint64_t size_ = 0;
};

}  // namespace buoyant::simulation
