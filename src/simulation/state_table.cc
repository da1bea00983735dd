// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "simulation/state_table.h"

#include <utility>

namespace buoyant::simulation {

StateTable::StateTable(const Specification& specification, Operations effects)
    : specification_(specification), effects_(std::move(effects)) {
  number_of({});
}

std::optional<StateNumber> StateTable::after_reply(StateNumber state, const Operation& operation) {
  std::string next = text(state);
  const Bytes reply = specification_.apply(next, operation.command);
  return reply == *operation.reply ? std::optional(number_of(std::move(next))) : std::nullopt;
}

StateNumber StateTable::after_effect(StateNumber state, std::uint32_t effect) {
  if (after_effect_[state].empty()) {
    after_effect_[state].resize(effects_.size());
  }
  if (!after_effect_[state][effect]) {
    std::string next = text(state);
    specification_.apply(next, effects_[effect]->command);
    after_effect_[state][effect] = number_of(std::move(next));
  }
  return *after_effect_[state][effect];
}

StateNumber StateTable::number_of(std::string text) {
  const auto number = static_cast<StateNumber>(texts_.size());
  const auto [found, is_new] = numbers_.emplace(std::move(text), number);
  if (is_new) {
    texts_.push_back(&found->first);
    after_effect_.emplace_back();
  }
  return found->second;
}

}  // namespace buoyant::simulation
