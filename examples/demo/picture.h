// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The demo's one screen as text: what is known about three servers and ten thousand lines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace demo {

/// One server's row.
struct Row {
  std::uint64_t id = 0;
  std::uint16_t port = 0;
  bool is_running = true;
  /// "": not known yet.
  std::string role;
  std::uint64_t term = 0;
  std::uint64_t commit = 0;
  std::uint64_t applied = 0;
  double lines_per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
};

struct Picture {
  double seconds = 0;
  std::vector<Row> rows;
  std::uint64_t lines = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t unknown = 0;
  /// How often a line was refused for certain and sent again.
  std::uint64_t retries = 0;
  /// What happened, oldest first.
  std::vector<std::string> events;
};

/// Lines without newlines, at most 80 columns wide. `has_colour`: with ANSI colours.
std::vector<std::string> draw(const Picture& picture, bool has_colour);

/// 12345 as "12,345".
std::string grouped(std::uint64_t number);

}  // namespace demo
