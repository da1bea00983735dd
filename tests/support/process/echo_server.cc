// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/support/process/echo_server.h"

#include "tests/support/process/loopback.h"

#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdlib>

namespace buoyant::process {

std::optional<EchoStatus> parse_status(const std::string& line) {
  if (!line.starts_with('{')) {
    return std::nullopt;
  }
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("role")) {
    return std::nullopt;
  }
  EchoStatus status;
  status.role = json.value("role", "");
  status.term = json.value("term", std::uint64_t{0});
  status.leader = json.value("leader", std::uint64_t{0});
  status.commit = json.value("commit", std::uint64_t{0});
  status.applied = json.value("applied", std::uint64_t{0});
  status.last = json.value("last", std::uint64_t{0});
  return status;
}

std::vector<std::string> EchoServer::argv() const {
  std::vector<std::string> argv = {options_.binary,
                                   "--id",
                                   std::to_string(options_.id),
                                   "--cluster",
                                   options_.cluster,
                                   "--data",
                                   data_path(),
                                   "--listen",
                                   loopback(options_.peer_port),
                                   "--client",
                                   loopback(options_.client_port)};
  if (options_.prints) {
    argv.emplace_back("--print");
  }
  for (const auto& [id, port] : options_.members) {
    argv.emplace_back("--member");
    argv.push_back(std::to_string(id) + "=" + loopback(port));
  }
  argv.insert(argv.end(), options_.flags.begin(), options_.flags.end());
  return argv;
}

void EchoServer::start() {
  ++runs_;
  tail_ = FileTail(log_path());
  status_.reset();
  process_ = Process({argv(), options_.environment, print_path(runs_), log_path()});
}

std::optional<Ended> EchoServer::stop(Deadline deadline) {
  process_.signal(SIGTERM);
  return process_.wait(deadline);
}

bool EchoServer::catches(int signal) const {
  const std::string text = contents_of("/proc/" + std::to_string(process_.pid()) + "/status");
  const std::string label = "SigCgt:";
  const std::size_t at = text.find(label);
  if (at == std::string::npos) {
    return false;
  }
  constexpr int kHexadecimal = 16;
  const auto mask = std::strtoull(text.c_str() + at + label.size(), nullptr, kHexadecimal);
  return ((mask >> (static_cast<unsigned>(signal) - 1)) & 1U) != 0;
}

std::optional<EchoStatus> EchoServer::read_status() {
  for (const std::string& line : tail_.take_lines()) {
    if (auto status = parse_status(line)) {
      status_ = status;
      ++statuses_;
    }
  }
  return status_;
}

std::optional<EchoStatus> EchoServer::status(Deadline deadline) {
  read_status();
  const std::size_t before = statuses_;
  constexpr auto kAskEvery = std::chrono::milliseconds(100);
  while (statuses_ == before && Clock::now() < deadline && process_.is_running()) {
    ask_status();
    wait_until(std::min(deadline, within(kAskEvery)), [&] {
      read_status();
      return statuses_ != before;
    });
  }
  return statuses_ == before ? std::nullopt : status_;
}

bool EchoServer::wait_log(const std::string& text, Deadline deadline) {
  return wait_until(deadline, [&] { return log().find(text) != std::string::npos; });
}

std::string EchoServer::read_applied(AppliedLog& log) const {
  for (std::size_t run = 1; run <= runs_; ++run) {
    if (std::string wrong = log.add_run(print_path(run)); !wrong.empty()) {
      return wrong;
    }
  }
  return {};
}

std::string EchoServer::log_path() const {
  return options_.directory + "/log." + std::to_string(runs_);
}

std::string EchoServer::print_path(std::size_t run) const {
  return options_.directory + "/print." + std::to_string(run);
}

}  // namespace buoyant::process
