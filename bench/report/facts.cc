// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/report/facts.h"

#include <fmt/core.h>

#include <array>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <thread>

namespace buoyant::bench {

namespace {

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) {
      return line.substr(line.find(':') + 2);
    }
  }
  return "unknown";
}

/// The type of the file system that is mounted deepest above the directory.
std::string file_system_of(const std::string& directory) {
  std::error_code error;
  const std::string path = std::filesystem::canonical(directory, error).string() + "/";
  std::ifstream file("/proc/self/mounts");
  std::string type = "unknown";
  std::size_t deepest = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string device;
    std::string place;
    std::string its_type;
    fields >> device >> place >> its_type;
    if (place.size() >= deepest && path.starts_with(place == "/" ? place : place + "/")) {
      deepest = place.size();
      type = its_type;
    }
  }
  return type;
}

std::string load_averages() {
  std::array<double, 3> averages{};
  return ::getloadavg(averages.data(), 3) == 3
             ? fmt::format("{:.1f}, {:.1f}, {:.1f}", averages[0], averages[1], averages[2])
             : "unknown";
}

std::string now() {
  const std::time_t time = std::time(nullptr);
  std::tm parts{};
  std::array<char, 32> text{};
  ::gmtime_r(&time, &parts);
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &parts);
  return text.data();
}

}  // namespace

nlohmann::json facts_of_machine(const std::string& directory) {
  utsname system{};
  ::uname(&system);

  struct sysinfo memory {};

  ::sysinfo(&memory);
  constexpr double kGibibyte = 1 << 30;
  return {{"date", now()},
          {"processor", processor()},
          {"cores", std::to_string(std::thread::hardware_concurrency())},
          {"memory", fmt::format("{:.0f} GiB", static_cast<double>(memory.totalram) *
                                                   memory.mem_unit / kGibibyte)},
          {"kernel", fmt::format("{} {}", system.sysname, system.release)},
          {"file system", file_system_of(directory)},
          {"load average at the end", load_averages()}};
}

}  // namespace buoyant::bench
