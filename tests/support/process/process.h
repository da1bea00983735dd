// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A child process that cannot outlive its owner.
///
/// Output goes to files: nothing that a child writes can block it or us.
#pragma once

#include "tests/support/process/deadline.h"

#include <map>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace buoyant::process {

/// How to start a process.
struct Command {
  std::vector<std::string> argv;
  /// Set in addition to our own environment.
  std::map<std::string, std::string> environment = {};
  /// Made or emptied; "" discards.
  std::string stdout_path = {};
  std::string stderr_path = {};
};

/// How a process ended.
struct Ended {
  /// Exit code; -1 when a signal ended it.
  int code = -1;
  /// The signal that ended it; 0: it exited.
  int signal = 0;

  friend bool operator==(const Ended&, const Ended&) = default;
};

/// At most one child. Movable. The destructor ends the child with SIGKILL and reaps it; so does
/// the system when we die first.
class Process {
 public:
  /// None.
  Process() = default;

  /// Started; it counts as ended with code 127 when the program cannot be executed.
  /// SIGUSR1 is ignored until the program says otherwise: asking too early for a status must
  /// not end it.
  explicit Process(const Command& command);

  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  /// 0: none, or ended and reaped.
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

  [[nodiscard]] bool is_running();

  /// Sends a signal, by pid, to a child that was not reaped yet.
  void signal(int number);

  /// Waits for its end. Nothing: it still runs.
  std::optional<Ended> wait(Deadline deadline);

  /// SIGKILL, and waits for its end.
  void kill();

 private:
  void reap(int options);

  pid_t pid_ = 0;
  std::optional<Ended> ended_;
};

}  // namespace buoyant::process
