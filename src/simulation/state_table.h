// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The states that a search comes by, each kept once and named by a number, and where the
/// operations of unknown outcome lead from them: a search asks this again at every place in the
/// order.
#pragma once

#include "buoyant/simulation/history.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::simulation {

/// Operations of one history, borrowed.
using Operations = std::vector<const Operation*>;

/// The number of a state in its table.
using StateNumber = std::uint32_t;

/// Borrows the specification and the operations for its life.
class StateTable {
 public:
  /// The state of a key at first.
  static constexpr StateNumber kInitial = 0;

  /// `effects`: the operations of unknown outcome, named by their number here.
  StateTable(const Specification& specification, Operations effects);

  [[nodiscard]] const std::string& text(StateNumber state) const { return *texts_[state]; }

  /// The state after an operation with a reply. Nothing: it would have had another reply.
  [[nodiscard]] std::optional<StateNumber> after_reply(StateNumber state,
                                                       const Operation& operation);

  /// The state after an operation of unknown outcome; remembered.
  [[nodiscard]] StateNumber after_effect(StateNumber state, std::uint32_t effect);

 private:
  StateNumber number_of(std::string text);

  const Specification& specification_;
  Operations effects_;
  std::map<std::string, StateNumber> numbers_;
  /// The keys of `numbers_`.
  std::vector<const std::string*> texts_;
  /// By state and effect; a row is empty until something is asked of its state.
  std::vector<std::vector<std::optional<StateNumber>>> after_effect_;
};

}  // namespace buoyant::simulation
