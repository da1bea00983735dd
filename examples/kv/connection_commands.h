// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Commands that concern the connection alone, most of them sent by client programs on their own.
#pragma once

#include "buoyant/node.h"
#include "examples/kv/replication.h"

#include <string>
#include <string_view>
#include <vector>

namespace kv {

/// What a connection remembers.
struct ConnectionState {
  ReadMode read_mode = ReadMode::kLinearizable;
  bool is_quitting = false;
};

/// The answer to a command of kind kConnection. Requires: its number of words is right.
std::string answer_connection_command(const std::vector<std::string_view>& words,
                                      ConnectionState& connection, const buoyant::Node& node);

}  // namespace kv
