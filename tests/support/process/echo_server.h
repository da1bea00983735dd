// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One buoyant-echo process, or another of the example servers, which can be ended and started
/// again on its directory.
#pragma once

#include "tests/support/process/applied_log.h"
#include "tests/support/process/deadline.h"
#include "tests/support/process/file_tail.h"
#include "tests/support/process/process.h"

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::process {

/// What a server says of itself when it gets SIGUSR1.
struct EchoStatus {
  std::string role;
  std::uint64_t term = 0;
  /// 0: none.
  std::uint64_t leader = 0;
  std::uint64_t commit = 0;
  std::uint64_t applied = 0;
  std::uint64_t last = 0;
};

/// Reads one status line; nothing: it is none.
std::optional<EchoStatus> parse_status(const std::string& line);

struct EchoServerOptions {
  /// The program.
  std::string binary;
  /// Exists; data and output go there.
  std::string directory;
  std::string cluster = "test";
  std::uint64_t id = 1;
  std::uint16_t peer_port = 0;
  std::uint16_t client_port = 0;
  /// The peer port of each initial voter.
  std::map<std::uint64_t, std::uint16_t> members = {};
  /// Added to the command line.
  std::vector<std::string> flags = {};
  std::map<std::string, std::string> environment = {};
  /// It is told to print what it applies.
  bool prints = true;
};

class EchoServer {
 public:
  explicit EchoServer(EchoServerOptions options) : options_(std::move(options)) {}

  [[nodiscard]] EchoServerOptions& options() noexcept { return options_; }

  [[nodiscard]] std::uint64_t id() const noexcept { return options_.id; }

  [[nodiscard]] std::uint16_t client_port() const noexcept { return options_.client_port; }

  [[nodiscard]] std::string data_path() const { return options_.directory + "/data"; }

  [[nodiscard]] Process& process() noexcept { return process_; }

  [[nodiscard]] std::vector<std::string> argv() const;

  /// Requires: it does not run.
  void start();

  /// SIGKILL.
  void kill() { process_.kill(); }

  /// SIGTERM, and how it ended. Nothing: it did not, in time.
  std::optional<Ended> stop(Deadline deadline);

  /// The program has taken this signal over: main() runs.
  [[nodiscard]] bool catches(int signal) const;

  /// Asks for a status line, which read_status finds later.
  void ask_status() { process_.signal(SIGUSR1); }

  /// The newest status line of this run.
  std::optional<EchoStatus> read_status();

  /// Asks until a new status line comes. A server that answers is open: nothing before.
  std::optional<EchoStatus> status(Deadline deadline);

  /// What this run wrote to stderr so far.
  [[nodiscard]] std::string log() const { return contents_of(log_path()); }

  /// Waits until this run's stderr has the text.
  bool wait_log(const std::string& text, Deadline deadline);

  /// Reads what all runs applied; what is wrong with it, or "".
  std::string read_applied(AppliedLog& log) const;

 private:
  [[nodiscard]] std::string log_path() const;
  [[nodiscard]] std::string print_path(std::size_t run) const;

  EchoServerOptions options_;
  Process process_;
  std::size_t runs_ = 0;
  FileTail tail_{""};
  std::optional<EchoStatus> status_;
  std::size_t statuses_ = 0;
};

}  // namespace buoyant::process
