// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The driver of cluster_bench: starts the server processes, finds the leader, lets it run one
/// point after the other.
#pragma once

#include "bench/cluster/point.h"
#include "bench/support/process_use.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <memory>
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
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  void write_line(const std::string& line);

  [[nodiscard]] int output() const { return output_; }

  [[nodiscard]] pid_t pid() const { return pid_; }

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
  /// `options` are given to each server, after those that say who it is.
  BenchCluster(std::size_t servers, const std::string& directory,
               const std::vector<std::string>& options = {});

  /// Waits for a leader, at most `seconds`. False: there is none.
  bool wait_for_leader(int seconds);

  /// One point; nullopt: leadership was lost, or it took too long.
  std::optional<Point> run(const Work& work);

  /// Requires: there is a leader.
  [[nodiscard]] std::size_t leader() const { return *leader_; }

  [[nodiscard]] std::size_t size() const { return children_.size(); }

  /// Stops one server; false: it did not end cleanly. Another one may lead then.
  bool stop(std::size_t at);

  /// Starts one that was stopped, on the data that it left.
  void start(std::size_t at);

  /// What a server says of itself (see server.h); null: nothing within 10 s.
  nlohmann::json status_of(std::size_t at);

  /// Has the leader take a snapshot; false: it could not.
  bool take_snapshot();

  /// Stops all servers; false: one did not end cleanly.
  bool finish();

 private:
  /// Reads on until the server says something that begins with `word`, and gives what follows.
  std::optional<std::string> await(std::size_t at, const std::string& word, int seconds);
  /// Reads what the servers say within `milliseconds`; a point if one said it.
  std::optional<Point> listen(int milliseconds);
  std::optional<Point> hear(std::size_t server, const std::string& line);
  /// What each server has used so far.
  [[nodiscard]] std::vector<ProcessUse> use_so_far() const;
  void add_use(Point& point) const;

  /// How each is started, and who runs: null for one that was stopped.
  std::vector<std::vector<std::string>> arguments_;
  std::vector<std::unique_ptr<Child>> children_;
  /// What each server said last that is no point.
  std::vector<std::string> last_words_;
  std::optional<std::size_t> leader_;
  bool lost_ = false;
  /// When measuring began, and when it ended; empty: that was not said.
  std::vector<ProcessUse> before_;
  std::vector<ProcessUse> after_;
  std::uint64_t leader_anonymous_bytes_max_ = 0;
};

}  // namespace buoyant::bench
