// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Work in a forked child, so that a crash or a hang is an outcome.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace buoyant::disk {

struct ChildEnd {
  /// What the work gave back; empty when it did not come to that.
  std::string text;
  /// The signal that ended the child; 0: it exited. SIGALRM: the time was up.
  int signal = 0;
  /// -1: a signal ended it.
  int code = -1;
};

/// Runs `work` in a child with a time limit. Requires: this process has no other threads.
ChildEnd run_child(unsigned seconds_max, const std::function<std::string()>& work);

/// Runs a program to its end, with variables set in addition to ours. The text is
/// what it writes to stderr.
ChildEnd run_program(const std::vector<std::string>& argv,
                     const std::map<std::string, std::string>& environment);

/// "SIGBUS"
[[nodiscard]] std::string signal_name(int signal);

}  // namespace buoyant::disk
