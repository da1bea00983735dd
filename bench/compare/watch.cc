// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/compare/watch.h"

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <fstream>
#include <optional>
#include <string>

namespace buoyant::bench {

namespace {

/// Less than this between two readings is not the load that is measured.
constexpr std::uint64_t kWritingBytesMin = std::uint64_t{16} << 10U;

/// The number behind `key` in a file of /proc.
std::optional<std::uint64_t> number_in(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  std::string word;
  while (file >> word) {
    if (word == key) {
      std::uint64_t value = 0;
      if (file >> value) {
        return value;
      }
    }
  }
  return std::nullopt;
}

std::string proc(pid_t pid, const char* file) {
  return "/proc/" + std::to_string(pid) + "/" + file;
}

}  // namespace

std::vector<pid_t> Watch::tree() const {
  std::vector<pid_t> pids = {root_};
  for (std::size_t next = 0; next < pids.size(); ++next) {
    const std::string task = "task/" + std::to_string(pids[next]) + "/children";
    std::ifstream children(proc(pids[next], task.c_str()));
    for (pid_t child = 0; children >> child;) {
      pids.push_back(child);
    }
  }
  return pids;
}

void Watch::look() {
  for (const pid_t pid : tree()) {
    const auto written = number_in(proc(pid, "io"), "write_bytes:");
    const auto memory = number_in(proc(pid, "status"), "RssAnon:");
    if (!written || !memory) {
      continue;
    }
    Process& process = processes_[pid];
    process.readings.push_back({.at = Clock::now(), .written = *written});
    process.memory_kib_max = std::max(process.memory_kib_max, *memory);
  }
}

double Watch::written_per_second(const Process& process, double seconds) {
  const std::vector<Reading>& readings = process.readings;
  // The last interval may have an end of the work in it.
  std::size_t last = readings.size();
  for (std::size_t i = readings.size(); i > 2 && last == readings.size(); --i) {
    if (readings[i - 1].written >= readings[i - 2].written + kWritingBytesMin) {
      last = i - 2;
    }
  }
  if (last == readings.size()) {
    return 0;
  }
  std::size_t first = last;
  const auto window = std::chrono::duration<double>(seconds);
  while (first > 0 && readings[last].at - readings[first].at < window) {
    --first;
  }
  const double took = std::chrono::duration<double>(readings[last].at - readings[first].at).count();
  const std::uint64_t bytes = readings[last].written - readings[first].written;
  return took > 0 ? static_cast<double>(bytes) / took : 0;
}

double Watch::written_per_second(double seconds) const {
  double most = 0;
  for (const auto& [pid, process] : processes_) {
    most = std::max(most, written_per_second(process, seconds));
  }
  return most;
}

double Watch::memory_mib() const {
  std::uint64_t most = 0;
  for (const auto& [pid, process] : processes_) {
    most = std::max(most, process.memory_kib_max);
  }
  return static_cast<double>(most) / 1024;
}

void Watch::kill_all() {
  for (const pid_t pid : tree()) {
    kill(pid, SIGKILL);
  }
}

}  // namespace buoyant::bench
