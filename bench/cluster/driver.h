// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The driver of cluster_bench: starts the server processes, finds the leader, lets it run one
/// point after the other.
#pragma once

#include "bench/cluster/point.h"

#include <cstddef>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace buoyant::bench {

/// One server process with pipes to its standard input and output. Killed when destroyed.
class Child {
 public:
  /// Runs this program again with `arguments`.
  explicit Child(const std::vector<std::string>& arguments);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  void write_line(const std::string& line);

  [[nodiscard]] int output() const { return output_; }

  /// The complete lines that can be read now; blocks until there is one. Empty: it ended.
  std::vector<std::string> read_lines();

  /// Closes its input and waits until it ended; the exit code, -1 for a signal.
  int finish();

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string partial_;
};

/// A cluster of server processes on loopback, with data below `directory`.
class BenchCluster {
 public:
  BenchCluster(std::size_t servers, const std::string& directory);

  /// Waits for a leader, at most `seconds`. False: there is none.
  bool wait_for_leader(int seconds);

  /// One point; nullopt: leadership was lost, or it took too long.
  std::optional<Point> run(const Work& work);

  /// Stops all servers; false: one did not end cleanly.
  bool finish();

 private:
  /// Reads what the servers say within `milliseconds`; a point if one said it.
  std::optional<Point> listen(int milliseconds);
  std::optional<Point> hear(std::size_t server, const std::string& line);

  std::vector<Child> children_;
  std::optional<std::size_t> leader_;
  bool lost_ = false;
};

}  // namespace buoyant::bench
