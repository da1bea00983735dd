// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/failover/kills.h"

#include "tests/support/process/echo_cluster.h"
#include "tests/support/process/echo_load.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <optional>
#include <random>
#include <utility>

namespace buoyant::bench {

namespace {

using process::Clock;
using process::Deadline;
using process::EchoServer;
using process::EchoStatus;
using std::chrono::milliseconds;

constexpr auto kSlice = milliseconds(2);

process::EchoClusterOptions cluster_options(const KillOptions& options) {
  process::EchoClusterOptions cluster{options.binary, options.directory, options.servers};
  cluster.cluster = "failover_bench";
  cluster.flags = {"--election-ms",  std::to_string(options.election_ms),
                   "--heartbeat-ms", std::to_string(options.heartbeat_ms),
                   "--log-level",    "warn"};
  return cluster;
}

process::EchoLoadOptions load_options(const process::EchoCluster& cluster,
                                      const KillOptions& options) {
  process::EchoLoadOptions load{cluster.client_ports()};
  load.connections_per_port = 1;
  // More than are sent in an outage, so that lines that wait for a leader hold up none.
  load.window = 4096;
  load.lines_per_second = options.lines_per_second;
  return load;
}

class Killer {
 public:
  explicit Killer(const KillOptions& options)
      : options_(options),
        cluster_(cluster_options(options)),
        load_(load_options(cluster_, options)),
        random_(options.seed) {
    load_.on_acknowledged([this](std::size_t port, Clock::duration took) {
      const Clock::time_point now = Clock::now();
      if (!killed_at_ || port == victim_) {
        return;
      }
      if (now - took >= *killed_at_ && !heard_at_) {
        heard_at_ = now;
      }
      longest_gap_ = std::max(longest_gap_, now - last_heard_);
      last_heard_ = now;
    });
  }

  KillRun run(const std::function<void(const KillRun&)>& on_kill) {
    KillRun run;
    cluster_.start_all();
    while (run.outages.size() < options_.kills) {
      const auto outage = one_kill(run.trouble);
      if (!outage) {
        return run;
      }
      run.outages.push_back(*outage);
      on_kill(run);
    }
    return run;
  }

 private:
  /// What has to happen at all happens in so many election timeouts.
  [[nodiscard]] Deadline bounded() const {
    constexpr int kTimeoutsMax = 60;
    return std::min(options_.deadline,
                    process::within(milliseconds(options_.election_ms) * kTimeoutsMax));
  }

  std::optional<Outage> one_kill(std::string& trouble) {
    const auto leader = find_leader();
    if (!leader) {
      trouble = "no leader that all servers follow";
      return std::nullopt;
    }
    // At any point of the time between two heartbeats.
    std::uniform_int_distribution<std::uint64_t> draw(0, options_.heartbeat_ms);
    load_.run_for(milliseconds(options_.election_ms / 2 + draw(random_)));
    victim_ = *leader;
    EchoServer& victim = cluster_.server(victim_);
    heard_at_.reset();
    killed_at_ = Clock::now();
    last_heard_ = *killed_at_;
    longest_gap_ = {};
    options_.asks_to_stop ? victim.process().signal(SIGTERM) : victim.kill();
    for (const Deadline end = bounded(); !heard_at_ && Clock::now() < end;) {
      load_.run_for(kSlice);
    }
    if (!heard_at_) {
      trouble = "no write succeeded any more";
      return std::nullopt;
    }
    if (options_.asks_to_stop) {
      // It may lead on for a while.
      load_.run_for(milliseconds(options_.election_ms));
    }
    Outage outage;
    const Clock::duration lasted = options_.asks_to_stop ? longest_gap_ : *heard_at_ - *killed_at_;
    outage.milliseconds = std::chrono::duration<double, std::milli>(lasted).count();
    killed_at_.reset();
    const std::uint64_t before = term_;
    if (!victim.process().wait(bounded())) {
      trouble = "a server does not stop";
      return std::nullopt;
    }
    victim.start();
    if (!find_leader()) {
      trouble = "no leader that all servers follow, after a restart";
      return std::nullopt;
    }
    outage.terms = term_ - before;
    return outage;
  }

  /// A leader that all follow and that has what was committed spread; the load goes on meanwhile.
  std::optional<std::size_t> find_leader() {
    for (const Deadline end = bounded(); Clock::now() < end;) {
      for (std::size_t at = 0; at < cluster_.size(); ++at) {
        cluster_.server(at).ask_status();
      }
      load_.run_for(milliseconds(options_.heartbeat_ms));
      if (const auto leader = agreed_leader()) {
        return leader;
      }
    }
    return std::nullopt;
  }

  std::optional<std::size_t> agreed_leader() {
    std::optional<EchoStatus> first;
    for (std::size_t at = 0; at < cluster_.size(); ++at) {
      const auto status = cluster_.server(at).read_status();
      if (!status || status->leader == 0) {
        return std::nullopt;
      }
      // A restarted server is no successor before it has caught up to about where the others are.
      const std::uint64_t lag_max = options_.lines_per_second;
      if (status->applied + lag_max < status->last ||
          (first && (status->leader != first->leader || status->term != first->term ||
                     status->last + lag_max < first->last))) {
        return std::nullopt;
      }
      first = status;
    }
    term_ = first->term;
    return static_cast<std::size_t>(first->leader) - 1;
  }

  const KillOptions& options_;
  process::EchoCluster cluster_;
  process::EchoLoad load_;
  std::mt19937_64 random_;
  std::size_t victim_ = 0;
  std::uint64_t term_ = 0;
  std::optional<Clock::time_point> killed_at_;
  std::optional<Clock::time_point> heard_at_;
  /// Of what servers that live acknowledged since the signal.
  Clock::time_point last_heard_;
  Clock::duration longest_gap_{};
};

}  // namespace

KillRun run_kills(const KillOptions& options, const std::function<void(const KillRun&)>& on_kill) {
  return Killer(options).run(on_kill);
}

}  // namespace buoyant::bench
