// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/figures.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <unistd.h>

namespace buoyant::process {

/// "Name:  value kB" lines as numbers; lines that are not such are left out.
static std::map<std::string, std::uint64_t> read_table(const std::string& path) {
  std::map<std::string, std::uint64_t> table;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(':');
    std::uint64_t value = 0;
    if (colon != std::string::npos && std::istringstream(line.substr(colon + 1)) >> value) {
      table[line.substr(0, colon)] = value;
    }
  }
  return table;
}

/// Fields 14 and 15 of /proc/PID/stat; the name before them may hold anything but ends with ')'.
static std::optional<std::chrono::milliseconds> read_cpu(const std::string& folder) {
  std::ifstream file(folder + "/stat");
  std::string text;
  if (!std::getline(file, text)) {
    return std::nullopt;
  }
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string skipped;
  constexpr int kFieldsBetween = 11;
  for (int field = 0; field < kFieldsBetween; ++field) {
    fields >> skipped;
  }
  std::int64_t user = 0;
  std::int64_t system = 0;
  fields >> user >> system;
  constexpr std::int64_t kMillisecondsPerSecond = 1000;
  return std::chrono::milliseconds((user + system) * kMillisecondsPerSecond /
                                   ::sysconf(_SC_CLK_TCK));
}

std::optional<Figures> figures_of(pid_t pid) {
  constexpr std::uint64_t kKibibyte = 1024;
  const std::string folder = "/proc/" + std::to_string(pid);
  const auto cpu = read_cpu(folder);
  if (!cpu) {
    return std::nullopt;
  }
  Figures figures;
  figures.cpu = *cpu;
  auto memory = read_table(folder + "/smaps_rollup");
  figures.rss_bytes = memory["Rss"] * kKibibyte;
  const std::uint64_t clean = memory["Private_Clean"] + memory["Shared_Clean"];
  // Anonymous pages count even where the system calls them clean.
  figures.unclean_bytes = std::max(memory["Rss"] - clean, memory["Anonymous"]) * kKibibyte;
  figures.anonymous_bytes = memory["Anonymous"] * kKibibyte;
  std::error_code error;
  for (const auto& task : std::filesystem::directory_iterator(folder + "/task", error)) {
    ++figures.threads;
    figures.voluntary_switches +=
        read_table(task.path().string() + "/status")["voluntary_ctxt_switches"];
  }
  for (const auto& descriptor : std::filesystem::directory_iterator(folder + "/fd", error)) {
    figures.descriptors += descriptor.path().empty() ? 0U : 1U;
  }
  return figures;
}

}  // namespace buoyant::process
