// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The command line of buoyant-certs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace buoyant::certs_tool {

struct Options {
  enum class Command : std::uint8_t { kAuthority, kServer };

  Command command = Command::kAuthority;
  /// Where the new files go.
  std::string out;
  /// Where the authority's are.
  std::string authority;
  std::string cluster;
  std::uint64_t id = 0;
  int days = 0;
};

/// Nothing: what there was to say is said; the program ends with `exit_code`.
std::optional<Options> parse_options(int argc, const char* const* argv, int& exit_code);

}  // namespace buoyant::certs_tool
