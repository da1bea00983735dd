// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// From the words of a command to what is proposed, and from the state machine's reply to the
/// client's.
#pragma once

#include "buoyant/base/bytes.h"
#include "examples/kv/operation.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kv {

struct LogCommand {
  std::string bytes;
  /// Makes RESP2 of the reply.
  std::string (*read_reply)(const buoyant::Bytes& reply) = nullptr;
};

/// An operation outside of any session.
LogCommand plain_command(const Operation& operation);

/// SESSION.OPEN, SESSION.DO or SESSION.CLOSE; or an error in RESP2, which concerns this attempt
/// only. Requires: its number of words is right.
std::variant<LogCommand, std::string> session_command(const std::vector<std::string_view>& words);

}  // namespace kv
