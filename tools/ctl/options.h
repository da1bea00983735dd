// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The command line of buoyant-ctl.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::ctl {

struct Options {
  enum class Command : std::uint8_t {
    kStatus,
    kMembers,
    kTransfer,
    kSnapshot,
    kTrace,
    kAdd,
    kPromote,
    kDemote,
    kRemove,
  };

  Command command = Command::kStatus;
  /// HOST:PORT of --metrics; at least one.
  std::vector<std::string> endpoints;
  /// Whom the command is about; 0: nobody is named.
  std::uint64_t id = 0;
  /// Of kAdd: the new server's HOST:PORT for peers.
  std::string address;
  bool is_learner = false;  ///< Of kAdd: it stays one.
  bool is_json = false;
  bool discovers = true;
  /// Of kStatus. Nothing: once.
  std::optional<std::chrono::milliseconds> every;
  /// Of kTrace: the newest so many steps.
  std::size_t steps = 50;
  /// How long each request may take.
  std::chrono::milliseconds limit = std::chrono::seconds(3);
};

/// It asks for something that only servers with --admin do.
bool changes_something(Options::Command command) noexcept;

/// Nothing: what there was to say is said; the program ends with `exit_code`.
std::optional<Options> parse_options(int argc, const char* const* argv, int& exit_code);

}  // namespace buoyant::ctl
