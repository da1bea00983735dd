// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/simulation/fault.h"

#include <array>

namespace buoyant::simulation {

namespace {

struct Words {
  const char* name;
  const char* sentence;
};

constexpr std::array<Words, kFaults> kWords = {{
#define BUOYANT_SIMULATION_FAULT(enumerator, name, sentence) {name, sentence},
    BUOYANT_SIMULATION_FAULTS(BUOYANT_SIMULATION_FAULT)
#undef BUOYANT_SIMULATION_FAULT
}};

}  // namespace

const char* fault_name(Fault fault) noexcept {
  return kWords[static_cast<std::size_t>(fault)].name;
}

const char* fault_sentence(Fault fault) noexcept {
  return kWords[static_cast<std::size_t>(fault)].sentence;
}

std::optional<Fault> fault_of(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kFaults; ++i) {
    if (kWords[i].name == name) {
      return static_cast<Fault>(i);
    }
  }
  return std::nullopt;
}

FaultSet FaultSet::all() noexcept {
  FaultSet set;
  set.bits_.set();
  return set;
}

std::vector<Fault> FaultSet::list() const {
  std::vector<Fault> faults;
  for (std::size_t i = 0; i < kFaults; ++i) {
    if (bits_.test(i)) {
      faults.push_back(static_cast<Fault>(i));
    }
  }
  return faults;
}

std::string FaultSet::text() const {
  std::string text;
  for (const Fault fault : list()) {
    text += text.empty() ? "" : ",";
    text += fault_name(fault);
  }
  return text.empty() ? "none" : text;
}

}  // namespace buoyant::simulation
