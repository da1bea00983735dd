// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Commands that change something, and the trace: one request to one server.
#pragma once

#include "tools/ctl/fetch.h"
#include "tools/ctl/options.h"

#include <string>

namespace buoyant::ctl {

/// What is asked for. Requires: the command is none of kStatus, kMembers, kTrace.
std::string action_target(const Options& options);

/// What came of an action, for people.
struct Outcome {
  int exit_code = 0;
  std::string text;
  /// Another server may do it: this one was not reached.
  bool may_try_another = false;
};

Outcome outcome_of(const Answer& answer);

/// Steps as lines of a table, the newest `count` of them.
std::string trace_text(const std::string& json_lines, std::size_t count, bool is_json);

}  // namespace buoyant::ctl
