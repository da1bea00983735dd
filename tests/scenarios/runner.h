// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Carries out a script and writes its transcript.
#pragma once

#include "tests/scenarios/script.h"

#include <optional>
#include <string>

namespace buoyant::scenarios {

struct Outcome {
  /// The whole file, as it is to be; after an error, as far as it came.
  std::string transcript;
  /// The property of Figure 3.2 that was broken; empty: none was.
  std::string violation;
  /// A command that could not be carried out as things were.
  std::optional<ScriptError> error;
};

Outcome run_script(const Script& script);

}  // namespace buoyant::scenarios
