// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The command line of buoyant-inspect.
#pragma once

#include "tools/recover/options.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace buoyant::inspect_tool {

enum class Command : std::uint8_t { kStatus, kDump, kVerify, kExport, kImport, kCompact, kRecover };

enum class Payload : std::uint8_t { kText, kHex, kNone };

struct Options {
  Command command = Command::kStatus;
  std::string directory;
  /// Of dump: [from, to].
  std::uint64_t from = 0;
  std::uint64_t to = std::numeric_limits<std::uint64_t>::max();
  Payload payload = Payload::kText;
  bool json = false;
  /// Of export and import.
  std::string file;
  /// Of import: do it.
  bool force = false;
  recover_tool::Options recover = {};
};

/// Nothing: what there was to say is said; the program ends with `exit_code`.
std::optional<Options> parse_options(int argc, const char* const* argv, int& exit_code);

}  // namespace buoyant::inspect_tool
