// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How a driver calls its own program again as a server: options that no user sees.
#pragma once

#include "bench/cluster/server.h"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace buoyant::bench {

class ServerCommand {
 public:
  void add_to(CLI::App& app);

  /// This process is a server.
  [[nodiscard]] bool is_given() const { return arguments_.id != 0; }

  /// The exit code.
  int run();

 private:
  ServerArguments arguments_;
  std::vector<std::string> members_;
};

}  // namespace buoyant::bench
