// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How long a server takes to open a long log, and how much memory it needs for it.
///
/// A process makes the log, others open it: each opening starts with nothing in memory.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace buoyant::bench {

class OpeningBench {
 public:
  void add_to(CLI::App& app);

  /// Opens a log of a tenth of the length, and one of all of it, each warm and cold, and prints
  /// what came of it. Empty: it failed, and standard error says how.
  [[nodiscard]] nlohmann::json run() const;

  /// The exit code of a process that run() starts.
  [[nodiscard]] int be_step() const;

  [[nodiscard]] bool is_step() const { return !step_.empty(); }

  /// With --check: what was promised, under a second and memory that does not grow with the log.
  [[nodiscard]] bool is_good(const nlohmann::json& openings) const;

  std::string data = "/var/tmp";

 private:
  std::uint64_t entries_ = 10'000'000;
  std::uint64_t payload_ = 256;
  bool check_ = false;
  /// Of the processes that it starts: what they do, and with which log.
  std::string step_;
  std::string log_;
};

}  // namespace buoyant::bench
