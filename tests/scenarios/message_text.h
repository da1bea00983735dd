// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How a scenario shows a message.
#pragma once

#include "buoyant/model/entry.h"
#include "tests/support/core_cluster.h"

#include <string>
#include <vector>

namespace buoyant::scenarios {

/// "RequestVote", ...: the name of a kind of message.
std::string kind_of(const core_cluster::Letter& letter);

/// A message with everything that it says.
std::string show(const core_cluster::Letter& letter);

namespace transcript {

template <class Number>
std::string number(Number value) {
  return std::to_string(value.value());
}

/// " term 2", " round 3".
std::string in_term(Term term);
std::string in_round(Round round);

/// "entries 3..5 (terms 2 2 3)".
std::string entries(IndexRange indexes, const std::vector<TermRun>& runs);

}  // namespace transcript

}  // namespace buoyant::scenarios
