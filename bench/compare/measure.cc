// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/compare/measure.h"

#include "bench/compare/watch.h"
#include "bench/peers/one_point.h"

#include <fmt/core.h>

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace buoyant::bench {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kLookEvery = std::chrono::milliseconds(100);
/// Beside the time it measures: for the start, an election and the end.
constexpr double kSlackSeconds = 40;

volatile std::sig_atomic_t interrupted = 0;

void on_interrupt(int /*number*/) {
  interrupted = 1;
}

pid_t start(const std::vector<std::string>& command, const std::string& log) {
  std::vector<std::string> copies = command;
  std::vector<char*> argv;
  argv.reserve(copies.size() + 1);
  for (std::string& argument : copies) {
    argv.push_back(argument.data());
  }
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    // What it prints is in its JSON as well; standard output is for the table.
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(nowhere, STDOUT_FILENO);
    const int complaints = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    dup2(complaints, STDERR_FILENO);
    execv(argv.front(), argv.data());
    _exit(127);
  }
  return pid;
}

std::string last_line_of(const std::string& path) {
  std::ifstream file(path);
  std::string last;
  for (std::string line; std::getline(file, line);) {
    last = line;
  }
  return last;
}

/// What the last run left to be written is not this one's load.
void settle(const std::string& directory) {
  const int fd = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  syncfs(fd);
  close(fd);
}

/// Nothing: it ended well. What it says on standard error goes to the file `log`.
std::optional<std::string> run_within(const std::vector<std::string>& command,
                                      const std::string& log, double seconds,
                                      std::optional<Watch>& watch) {
  const pid_t pid = start(command, log);
  if (pid < 0) {
    return "cannot start " + command.front();
  }
  watch.emplace(pid);
  const auto until = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                        std::chrono::duration<double>(seconds + kSlackSeconds));
  int status = 0;
  while (waitpid(pid, &status, WNOHANG) == 0) {
    if (was_interrupted() || Clock::now() > until) {
      watch->kill_all();
      waitpid(pid, &status, 0);
      return was_interrupted() ? "interrupted" : "timed out";
    }
    watch->look();
    std::this_thread::sleep_for(kLookEvery);
  }
  if (!WIFEXITED(status)) {
    return fmt::format("ended by signal {}: {}", WTERMSIG(status), last_line_of(log));
  }
  if (WEXITSTATUS(status) != 0) {
    return fmt::format("ended with {}: {}", WEXITSTATUS(status), last_line_of(log));
  }
  return std::nullopt;
}

nlohmann::json read_json(const std::string& path) {
  std::ifstream file(path);
  return nlohmann::json::parse(file, nullptr, false);
}

/// The point is the only element of an array, or of its member `points`.
const nlohmann::json* point_in(const nlohmann::json& json) {
  const nlohmann::json* points = &json;
  if (json.is_object() && json.contains("points")) {
    points = &json["points"];
  }
  return points->is_array() && points->size() == 1 && points->front().is_object() ? &points->front()
                                                                                  : nullptr;
}

double number(const nlohmann::json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_number() ? found->get<double>() : 0;
}

Sample sample_of(const Run& run, const nlohmann::json& point) {
  Sample sample;
  sample.system = run.system;
  sample.servers = run.cell.servers;
  sample.payload = run.cell.payload;
  sample.outstanding = run.cell.outstanding;
  sample.proposals_per_second = number(point, "proposals_per_second");
  sample.p50_us = number(point, "p50_us");
  sample.p99_us = number(point, "p99_us");
  sample.p999_us = number(point, "p999_us");
  return sample;
}

}  // namespace

Measured<Sample> measure(const Settings& settings, const Run& run) {
  const TemporaryDirectory directory(settings.data, "compare_bench");
  const std::string json_path = directory.path() + "/point.json";
  std::vector<std::string> command = settings.programs.at(run.system);
  for (const auto& [option, value] : {
           std::pair("--servers", fmt::format("{}", run.cell.servers)),
           std::pair("--payload", fmt::format("{}", run.cell.payload)),
           std::pair("--outstanding", fmt::format("{}", run.cell.outstanding)),
           std::pair("--seconds", fmt::format("{}", settings.seconds)),
           std::pair("--warmup", fmt::format("{}", settings.warmup_seconds)),
           std::pair("--data", directory.path()),
           std::pair("--json", json_path),
       }) {
    command.emplace_back(option);
    command.push_back(value);
  }
  settle(directory.path());
  std::optional<Watch> watch;
  if (auto failure = run_within(command, directory.path() + "/stderr",
                                settings.warmup_seconds + settings.seconds, watch)) {
    return {.failure = *failure};
  }
  const nlohmann::json json = read_json(json_path);
  const nlohmann::json* point = point_in(json);
  if (point == nullptr) {
    return {.failure = "left no point"};
  }
  Sample sample = sample_of(run, *point);
  if (sample.proposals_per_second <= 0) {
    return {.failure = "did nothing"};
  }
  sample.bytes_per_proposal =
      watch->written_per_second(settings.seconds * 0.8) / sample.proposals_per_second;
  sample.memory_mib = watch->memory_mib();
  return {.value = sample};
}

Measured<Probes> measure_probes(const Settings& settings) {
  const TemporaryDirectory directory(settings.data, "compare_bench");
  const std::string json_path = directory.path() + "/probes.json";
  const double each = settings.seconds / 5;
  const std::vector<std::string> command = {
      settings.floor_program, "probes", "--seconds", fmt::format("{}", each), "--data",
      directory.path(),       "--json", json_path};
  settle(directory.path());
  std::optional<Watch> watch;
  if (auto failure = run_within(command, directory.path() + "/stderr", each * 8, watch)) {
    return {.failure = *failure};
  }
  const nlohmann::json json = read_json(json_path);
  if (!json.is_object()) {
    return {.failure = "left no probes"};
  }
  return {.value = json.get<Probes>()};
}

void heed_interrupts() {
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
}

bool was_interrupted() {
  return interrupted != 0;
}

}  // namespace buoyant::bench
