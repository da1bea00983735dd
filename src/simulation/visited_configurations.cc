// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/visited_configurations.h"

#include <algorithm>

namespace buoyant::simulation {

bool VisitedConfigurations::SmallerFirst::operator()(const EffectSet& left,
                                                     const EffectSet& right) const noexcept {
  return left.size() != right.size() ? left.size() < right.size() : left < right;
}

bool VisitedConfigurations::add(const OrderedSet& ordered, StateNumber state,
                                const EffectSet& effects) {
  EffectSets& visited = visited_[Place{ordered, state}];
  if (covers(visited, effects)) {
    return false;
  }
  visited.insert(effects);
  size_ += 1;
  return true;
}

bool VisitedConfigurations::covers(const EffectSets& visited, const EffectSet& effects) noexcept {
  std::size_t compared = 0;
  for (const EffectSet& smaller : visited) {
    if (smaller.size() >= effects.size() || compared == kComparedMax) {
      break;
    }
    if (std::includes(effects.begin(), effects.end(), smaller.begin(), smaller.end())) {
      return true;
    }
    compared += 1;
  }
  return visited.count(effects) != 0;
}

}  // namespace buoyant::simulation
