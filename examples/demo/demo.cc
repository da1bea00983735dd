// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/demo/demo.h"

#include "tests/support/process/loopback.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <string>

namespace demo {

namespace {

using buoyant::process::AppliedLog;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kStep = milliseconds(5);
constexpr auto kRefresh = milliseconds(100);
constexpr auto kPatience = seconds(20);

std::string seconds_text(std::chrono::duration<double> duration) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f s", duration.count());
  return text.data();
}

buoyant::process::EchoClusterOptions cluster_options(const DemoOptions& options,
                                                     std::size_t servers) {
  buoyant::process::EchoClusterOptions cluster{options.echo, options.directory, servers};
  cluster.cluster = "demo";
  return cluster;
}

}  // namespace

Demo::Demo(const DemoOptions& options, Screen& screen, const std::atomic<bool>& interrupted)
    : options_(options),
      screen_(screen),
      interrupted_(interrupted),
      cluster_(cluster_options(options, kServers)) {
  picture_.lines = options_.lines;
  for (std::size_t at = 0; at < kServers; ++at) {
    Row row;
    row.id = at + 1;
    row.port = cluster_.server(at).client_port();
    picture_.rows.push_back(row);
  }
}

int Demo::run() {
  const bool is_good = start() && kill_leader() && finish_lines() && check();
  if (is_good && screen_.is_terminal()) {
    keep_up();
  }
  const bool is_stopped = stop();
  screen_.show(picture_);
  if (interrupted_ && !has_failed_ && !is_good) {
    return 130;
  }
  return is_good && is_stopped ? 0 : 1;
}

bool Demo::start() {
  cluster_.start_all();
  const auto are_running = [this] {
    bool all = true;
    for (std::size_t at = 0; at < kServers; ++at) {
      all = cluster_.server(at).process().is_running() && all;
    }
    return all;
  };
  const bool has_leader =
      step_until(kPatience, [&] { return leader().has_value() || !are_running(); });
  if (!are_running()) {
    return fail("a server ended at once: " + cluster_.server(0).log());
  }
  if (!has_leader) {
    return fail("no server became leader");
  }
  say("server " + std::to_string(*leader() + 1) + " was elected leader");
  buoyant::process::EchoLoadOptions options{cluster_.client_ports(), 4, 16, options_.lines,
                                            options_.lines_per_second};
  options.retries_refused = true;
  load_.emplace(options);
  load_->on_acknowledged([this](std::size_t port, Clock::duration took) {
    latencies_[port].histogram.record(static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(took).count()));
  });
  return true;
}

bool Demo::kill_leader() {
  if (!step_until(kPatience, [this] { return picture_.acknowledged * 2 >= picture_.lines; })) {
    return fail("half of the lines did not come back");
  }
  const auto victim = leader();
  if (!victim) {
    return fail("there is no leader to kill");
  }
  killed_ = *victim;
  cluster_.server(killed_).kill();
  killed_at_ = Clock::now();
  say("leader " + std::to_string(killed_ + 1) + " was killed with SIGKILL after " +
      grouped(picture_.acknowledged) + " lines");
  const auto another_leads = [this] {
    for (std::size_t at = 0; at < kServers; ++at) {
      cluster_.server(at).ask_status();
      cluster_.server(at).read_status();
    }
    return leader().has_value();
  };
  if (!step_until(kPatience, another_leads)) {
    return fail("no other server became leader");
  }
  say("server " + std::to_string(*leader() + 1) +
      " took over: " + seconds_text(Clock::now() - killed_at_) + " without a leader");
  // The majority works alone for a moment.
  const auto until = Clock::now() + milliseconds(500);
  step_until(kPatience, [until] { return Clock::now() >= until; });
  restart_killed();
  return !interrupted_;
}

void Demo::restart_killed() {
  cluster_.server(killed_).start();
  say("server " + std::to_string(killed_ + 1) + " was started again");
}

bool Demo::finish_lines() {
  if (!step_until(seconds(60), [this] { return load_->is_done(); })) {
    return fail("some lines never got an answer");
  }
  const auto is_level = [this] {
    std::optional<buoyant::process::EchoStatus> first;
    for (std::size_t at = 0; at < kServers; ++at) {
      const auto status = cluster_.server(at).read_status();
      first = first ? first : status;
      if (!status || status->applied != status->last || status->last != first->last) {
        return false;
      }
    }
    return leader().has_value();
  };
  if (!step_until(kPatience, is_level)) {
    return fail("the servers did not become level");
  }
  return true;
}

bool Demo::check() {
  if (const std::string wrong = cluster_.compare_logs(); !wrong.empty()) {
    return fail(wrong);
  }
  AppliedLog log;
  if (const std::string wrong = cluster_.server(0).read_applied(log); !wrong.empty()) {
    return fail(wrong);
  }
  const std::set<std::string> texts = log.texts();
  const buoyant::process::EchoFates& fates = load_->fates();
  for (const std::string& line : fates.acknowledged) {
    if (texts.count(line) == 0) {
      return fail("LOST: " + line + " was acknowledged and is in no log");
    }
  }
  if (!fates.wrong.empty()) {
    return fail("a wrong answer: " + fates.wrong.front());
  }
  if (const std::string twice = log.repeated(); !twice.empty()) {
    return fail("in the log twice: " + twice);
  }
  say("checked: all " + grouped(fates.acknowledged.size()) +
      " acknowledged lines are in all three logs,");
  say("         in the same order, each once; nothing is lost");
  return true;
}

void Demo::keep_up() {
  say("");
  say("The cluster stays up until Ctrl-C. Talk to any server from another terminal:");
  say("    nc 127.0.0.1 " + std::to_string(cluster_.server(0).client_port()));
  while (!interrupted_) {
    step();
  }
}

bool Demo::stop() {
  const bool is_clean = cluster_.stop_all(buoyant::process::within(seconds(6)));
  for (Row& row : picture_.rows) {
    row.lines_per_second = 0;
  }
  say(is_clean ? "all servers stopped cleanly" : "a server did not stop cleanly");
  return is_clean;
}

void Demo::step() {
  if (load_ && !load_->is_done()) {
    load_->run_for(kStep);
  } else {
    buoyant::process::pause_briefly();
  }
  if (Clock::now() - refreshed_ >= kRefresh) {
    refresh();
    screen_.show(picture_);
  }
}

bool Demo::step_until(Clock::duration limit, auto&& is_true) {
  const auto deadline = buoyant::process::within(limit);
  while (!is_true()) {
    if (interrupted_ || Clock::now() >= deadline) {
      return false;
    }
    step();
  }
  return true;
}

void Demo::refresh() {
  const auto now = Clock::now();
  const std::chrono::duration<double> elapsed = now - refreshed_;
  refreshed_ = now;
  picture_.seconds = std::chrono::duration<double>(now - started_).count();
  for (std::size_t at = 0; at < kServers; ++at) {
    refresh_row(at, elapsed.count());
  }
  if (load_) {
    picture_.acknowledged = load_->fates().acknowledged.size();
    picture_.unknown = load_->fates().unknown.size();
    picture_.retries = load_->retries();
  }
}

void Demo::refresh_row(std::size_t at, double elapsed) {
  buoyant::process::EchoServer& server = cluster_.server(at);
  Row& row = picture_.rows[at];
  row.is_running = server.process().is_running();
  const auto status = server.read_status();
  server.ask_status();
  row.role = status ? status->role : "";
  if (status) {
    row.term = status->term;
    row.commit = status->commit;
    row.applied = status->applied;
  }
  Latencies& latencies = latencies_[at];
  const std::uint64_t count = latencies.histogram.total();
  row.lines_per_second = static_cast<double>(count - latencies.counted) / elapsed;
  latencies.counted = count;
  constexpr double kMicrosecondsPerMillisecond = 1000;
  row.p50_ms = latencies.histogram.quantile_us(5000) / kMicrosecondsPerMillisecond;
  row.p99_ms = latencies.histogram.quantile_us(9900) / kMicrosecondsPerMillisecond;
}

std::optional<std::size_t> Demo::leader() {
  std::optional<std::size_t> leader;
  std::uint64_t term_max = 0;
  for (std::size_t at = 0; at < kServers; ++at) {
    buoyant::process::EchoServer& server = cluster_.server(at);
    const auto status = server.process().is_running() ? server.read_status() : std::nullopt;
    if (!status || status->term < term_max) {
      continue;
    }
    if (status->role == "leader") {
      leader = at;
    } else if (status->term > term_max) {
      leader.reset();
    }
    term_max = status->term;
  }
  return leader;
}

void Demo::say(const std::string& event) {
  picture_.events.push_back(event);
  screen_.show(picture_);
}

bool Demo::fail(const std::string& why) {
  if (!interrupted_) {
    has_failed_ = true;
    say("FAILED: " + why);
  }
  return false;
}

}  // namespace demo
