// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The command line that the example servers have in common.
#pragma once

#include "buoyant/base/time.h"
#include "buoyant/model/configuration.h"
#include "buoyant/report.h"
#include "examples/common/server_limits.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace example {

using buoyant::LogLevel;

struct Options {
  buoyant::ServerId id;
  std::string cluster;
  std::string data;
  std::string listen;
  std::string advertise;  ///< Empty: as `listen`.
  std::string client;
  std::vector<buoyant::Member> members;
  std::map<buoyant::ServerId, std::string> dial;
  buoyant::Duration election_timeout = std::chrono::milliseconds(1000);
  buoyant::Duration heartbeat_interval = std::chrono::milliseconds(100);
  std::optional<std::uint64_t> map_bytes_max;
  std::uint64_t scrub_bytes_per_second = 0;  ///< 0: no scrub.
  std::optional<std::uint64_t> snapshot_entries;
  std::optional<std::uint64_t> snapshot_bytes;
  bool forward = true;
  bool insecure_plaintext = false;
  /// PEM files; all empty: peers are in the clear.
  std::string tls_certificates;
  std::string tls_key;
  std::string tls_authorities;
  std::size_t groups = 1;  ///< Of programs that have them.
  bool print = false;      ///< Of programs that have it.
  bool join = false;       ///< Begins empty, and waits to be added.
  std::string metrics;     ///< Empty: no metrics.
  bool admin = false;      ///< That port also takes what changes something.
  bool admin_beyond_loopback = false;
  ServerLimits clients;
  LogLevel log_level = LogLevel::kInfo;
};

/// The program is to end at once: `text` goes to stdout when the code is 0, else to stderr.
struct Exit {
  int code = 0;
  std::string text;
};

/// What tells the command lines of the programs apart.
struct ProgramText {
  const char* name = "";
  const char* description = "";
  bool can_print = false;   ///< It has --print.
  bool has_groups = false;  ///< It has --groups.
};

/// Reads a command line; argv[0] is the program.
std::variant<Options, Exit> parse_options(const ProgramText& program, int argc,
                                          const char* const* argv);

}  // namespace example
