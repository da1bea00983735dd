// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/echo/protocol.h"

namespace echo {

std::string error_line(const buoyant::Error& error) {
  const bool is_unknown = error.outcome() == buoyant::Outcome::kUnknown;
  std::string line = is_unknown ? "-UNKNOWN " : "-ERR ";
  line += error.message();
  if (*error.context() != '\0') {
    line += ": ";
    line += error.context();
  }
  return line;
}

std::optional<std::string> refuse_line(std::string_view line) {
  if (line.starts_with("-ERR ") || line.starts_with("-UNKNOWN ")) {
    return "-ERR a line must not look like an error";
  }
  return std::nullopt;
}

}  // namespace echo
