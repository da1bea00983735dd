// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/driver.h"

#include "bench/support/device_writes.h"
#include "tests/support/process/loopback.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace buoyant::bench {

namespace {

/// Two ends; ours is not inherited.
std::pair<int, int> make_pipe() {
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) {
    std::abort();
  }
  return {ends[0], ends[1]};
}

}  // namespace

Child::Child(const std::vector<std::string>& arguments) {
  const auto [child_input, our_output] = make_pipe();
  const auto [our_input, child_output] = make_pipe();
  std::vector<char*> argv;
  static std::string program = "cluster_bench";
  argv.push_back(program.data());
  std::vector<std::string> copies = arguments;
  for (std::string& argument : copies) {
    argv.push_back(argument.data());
  }
  argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {
    dup2(child_input, STDIN_FILENO);
    dup2(child_output, STDOUT_FILENO);
    execv("/proc/self/exe", argv.data());
    _exit(127);
  }
  close(child_input);
  close(child_output);
  input_ = our_output;
  output_ = our_input;
}

Child::~Child() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (input_ >= 0) {
    close(input_);
  }
  if (output_ >= 0) {
    close(output_);
  }
}

void Child::write_line(const std::string& line) {
  const std::string text = line + "\n";
  [[maybe_unused]] const ssize_t written = write(input_, text.data(), text.size());
}

std::vector<std::string> Child::read_lines() {
  char chunk[4096];
  const ssize_t count = read(output_, chunk, sizeof(chunk));
  std::vector<std::string> lines;
  if (count <= 0) {
    return lines;
  }
  partial_.append(chunk, static_cast<std::size_t>(count));
  for (std::size_t end = partial_.find('\n'); end != std::string::npos; end = partial_.find('\n')) {
    lines.push_back(partial_.substr(0, end));
    partial_.erase(0, end + 1);
  }
  return lines;
}

int Child::finish() {
  close(std::exchange(input_, -1));
  int status = 0;
  waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

BenchCluster::BenchCluster(std::size_t servers, const std::string& directory,
                           const std::vector<std::string>& options)
    : directory_(directory) {
  std::vector<std::string> members;
  for (std::size_t id = 1; id <= servers; ++id) {
    members.push_back(std::to_string(id) + "=" + process::free_address());
  }
  for (std::size_t id = 1; id <= servers; ++id) {
    std::vector<std::string> arguments = {"--server-id", std::to_string(id), "--server-data",
                                          directory + "/" + std::to_string(id)};
    for (const std::string& member : members) {
      arguments.insert(arguments.end(), {"--member", member});
    }
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments_.push_back(std::move(arguments));
    children_.push_back(std::make_unique<Child>(arguments_.back()));
  }
  last_words_.resize(servers);
}

bool BenchCluster::stop(std::size_t at) {
  if (leader_ == at) {
    leader_.reset();
  }
  const std::unique_ptr<Child> child = std::move(children_[at]);
  return child->finish() == 0;
}

void BenchCluster::start(std::size_t at) {
  children_[at] = std::make_unique<Child>(arguments_[at]);
}

std::optional<std::string> BenchCluster::await(std::size_t at, const std::string& word,
                                               int seconds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  last_words_[at].clear();
  while (!lost_ && std::chrono::steady_clock::now() < until) {
    listen(100);
    if (last_words_[at].starts_with(word)) {
      return last_words_[at].substr(word.size());
    }
  }
  return std::nullopt;
}

nlohmann::json BenchCluster::status_of(std::size_t at) {
  children_[at]->write_line("STATUS");
  const auto text = await(at, "STATUS ", 10);
  auto status = nlohmann::json::parse(text.value_or("null"), nullptr, false);
  return status.is_discarded() ? nlohmann::json() : status;
}

bool BenchCluster::take_snapshot() {
  constexpr int kSecondsMax = 300;
  children_[*leader_]->write_line("SNAPSHOT");
  return await(*leader_, "SNAPSHOT ", kSecondsMax) == "taken";
}

std::optional<Point> BenchCluster::hear(std::size_t server, const std::string& line) {
  if (line == "ROLE leader") {
    leader_ = server;
  } else if (line.starts_with("ROLE ") && leader_ == server) {
    leader_.reset();
  } else if (line == "LOST") {
    lost_ = true;
  } else if (line == "BEGIN") {
    before_ = use_so_far();
    device_bytes_before_ = device_bytes_written(directory_);
  } else if (line == "END") {
    after_ = use_so_far();
    device_bytes_after_ = device_bytes_written(directory_);
  } else if (line.starts_with("STATUS ") || line.starts_with("SNAPSHOT ")) {
    last_words_[server] = line;
  } else if (line.starts_with("POINT ")) {
    auto point = nlohmann::json::parse(line.substr(6), nullptr, false);
    if (!point.is_discarded()) {
      return point.get<Point>();
    }
  }
  return std::nullopt;
}

std::optional<Point> BenchCluster::listen(int milliseconds) {
  std::vector<pollfd> waiting;
  for (const auto& child : children_) {
    // Negative: it is passed over.
    waiting.push_back(
        {.fd = child != nullptr ? child->output() : -1, .events = POLLIN, .revents = 0});
  }
  std::optional<Point> point;
  if (poll(waiting.data(), waiting.size(), milliseconds) <= 0) {
    return point;
  }
  for (std::size_t server = 0; server < waiting.size(); ++server) {
    if (waiting[server].revents == 0) {
      continue;
    }
    const std::vector<std::string> lines = children_[server]->read_lines();
    if (lines.empty() && (waiting[server].revents & POLLHUP) != 0) {
      lost_ = true;
    }
    for (const std::string& line : lines) {
      if (auto heard = hear(server, line)) {
        point = heard;
      }
    }
  }
  return point;
}

std::vector<ProcessUse> BenchCluster::use_so_far() const {
  std::vector<ProcessUse> uses;
  for (const auto& child : children_) {
    uses.push_back(child != nullptr ? use_of(child->pid()) : ProcessUse());
  }
  return uses;
}

void BenchCluster::add_use(Point& point) const {
  constexpr double kMebibyte = 1 << 20;
  point.leader_anonymous_mib = static_cast<double>(leader_anonymous_bytes_max_) / kMebibyte;
  if (before_.empty() || after_.empty() || point.committed == 0) {
    return;
  }
  const auto followers = static_cast<double>(std::max<std::size_t>(children_.size() - 1, 1));
  const auto proposals = static_cast<double>(point.committed);
  double follower_cpu_seconds = 0;
  double follower_bytes = 0;
  for (std::size_t at = 0; at < children_.size(); ++at) {
    const double cpu_seconds = after_[at].cpu_seconds - before_[at].cpu_seconds;
    const auto bytes = static_cast<double>(after_[at].bytes_written - before_[at].bytes_written);
    if (at == leader_) {
      point.leader_cpu = cpu_seconds / point.seconds;
      point.leader_cpu_us = cpu_seconds * 1e6 / proposals;
      point.leader_bytes_written = bytes / proposals;
    } else {
      follower_cpu_seconds += cpu_seconds / followers;
      follower_bytes += bytes / followers;
    }
  }
  point.device_bytes_written = static_cast<double>(device_bytes_after_ - device_bytes_before_) /
                               proposals / static_cast<double>(children_.size());
  point.follower_cpu = follower_cpu_seconds / point.seconds;
  point.follower_cpu_us = follower_cpu_seconds * 1e6 / proposals;
  point.follower_bytes_written = follower_bytes / proposals;
}

bool BenchCluster::wait_for_leader(int seconds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!leader_ && !lost_ && std::chrono::steady_clock::now() < until) {
    listen(50);
  }
  return leader_.has_value();
}

std::optional<Point> BenchCluster::run(const Work& work) {
  lost_ = false;
  if (!wait_for_leader(10)) {
    return std::nullopt;
  }
  const std::size_t server = work.at_follower ? (*leader_ + 1) % children_.size() : *leader_;
  children_[server]->write_line("RUN " + nlohmann::json(work).dump());
  before_.clear();
  after_.clear();
  leader_anonymous_bytes_max_ = 0;
  const auto limit = std::chrono::duration<double>(work.warmup_seconds + work.seconds + 20);
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!lost_ && std::chrono::steady_clock::now() < until) {
    auto point = listen(100);
    if (leader_) {
      leader_anonymous_bytes_max_ =
          std::max(leader_anonymous_bytes_max_, anonymous_bytes_of(children_[*leader_]->pid()));
    }
    if (point) {
      point->servers = children_.size();
      add_use(*point);
      return point;
    }
  }
  return std::nullopt;
}

bool BenchCluster::finish() {
  bool clean = true;
  for (const auto& child : children_) {
    clean = (child == nullptr || child->finish() == 0) && clean;
  }
  return clean;
}

}  // namespace buoyant::bench
