// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the programs that measure a peer, or the floor, have in common with cluster_bench: the
/// options of one point, a directory for it, and the point as a table line and as JSON.
#pragma once

#include "bench/cluster/point.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>

namespace buoyant::bench {

struct OnePoint {
  std::size_t servers = 3;
  Work work;
  std::string data = "/var/tmp";
  std::string json;
};

void add_options(CLI::App& app, OnePoint& options);

/// A directory of our own below `parent`, gone when this is destroyed; empty: it cannot be made.
class TemporaryDirectory {
 public:
  TemporaryDirectory(const std::string& parent, const std::string& name);
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Says on standard error what went wrong; the exit code.
int complain(const std::string& program, const std::string& what);

/// Prints the point, and writes it to the file of --json; the exit code.
int report(const std::string& program, const OnePoint& options, Point point);

}  // namespace buoyant::bench
