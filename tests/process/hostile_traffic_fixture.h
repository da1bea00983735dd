// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Strangers on the peer ports of a cluster under load: garbage, huge lengths, half frames, frames
/// of another cluster, handshakes that nobody goes on with, floods of connections. Nobody crashes,
/// is deposed, or needs much memory.
///
/// BUOYANT_HOSTILE_SECONDS=600 makes the long run of it, BUOYANT_HOSTILE_ELECTION_MS=1000 has the
/// servers impatient as by default. BUOYANT_HOSTILE_CONNECTIONS=0 shows what the load alone does to
/// the same figures. BUOYANT_HOSTILE_STRICT=1 holds the latencies, and memory with the pages of the
/// log's file, to what is promised of a release build on a machine that has nothing else to do.
#pragma once

#include "tests/process/hostile_peers.h"
#include "tests/process/kv_cluster_fixture.h"
#include "tests/process/kv_filler.h"
#include "tests/process/latency_probe.h"
#include "tests/support/process/figures.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::process {

class HostileTrafficTest : public KvClusterFixture {
 protected:
  static constexpr double kGrowthMax = 32;
  /// Strangers are at most 64; a server's own files and peers are there before.
  static constexpr std::uint64_t kDescriptorsMax = 80;

  /// The most that any server had.
  struct Use {
    double rss = 0;      ///< In MiB, with pages of the log's file, which the load makes longer.
    double unclean = 0;  ///< Without them.
    std::uint64_t descriptors = 0;
  };

  KvClusterOptions hostile_options() {
    KvClusterOptions options = cluster_options(3);
    options.flags = {"--election-ms",
                     std::to_string(number_from_environment("BUOYANT_HOSTILE_ELECTION_MS", 3000)),
                     "--heartbeat-ms",
                     "100",
                     "--snapshot-entries",
                     "20000"};
    return options;
  }

  std::map<std::uint64_t, Use> uses() {
    constexpr double kMebibyte = 1 << 20;
    std::map<std::uint64_t, Use> found;
    for (const std::uint64_t id : ids_) {
      if (const auto figures = figures_of(cluster_.server(id).process().pid())) {
        found[id] = {static_cast<double>(figures->rss_bytes) / kMebibyte,
                     static_cast<double>(figures->unclean_bytes) / kMebibyte, figures->descriptors};
      }
    }
    return found;
  }

  /// Term and leader of each, and that all live.
  std::string standing() {
    std::string text;
    for (const auto& [id, status] : cluster_.statuses(soon())) {
      text += std::to_string(id) + ": term " + std::to_string(status.term) + " leader " +
              std::to_string(status.leader) + "; ";
    }
    return text;
  }

  bool has_certificate(std::uint64_t id) {
    const auto status = cluster_.server(id).status(soon());
    return status && status->json.find("\"expires_in\"") != std::string::npos;
  }

  /// Lets time go by, and gives the most that a server had more than `before`.
  Use watch(std::map<std::uint64_t, Use> before, Clock::duration duration) {
    Use most;
    const Deadline end = within(duration);
    while (Clock::now() < end) {
      rest(std::min<Clock::duration>(milliseconds(100), end - Clock::now()));
      for (const auto& [id, use] : uses()) {
        most.rss = std::max(most.rss, use.rss - before[id].rss);
        most.unclean = std::max(most.unclean, use.unclean - before[id].unclean);
        most.descriptors = std::max(
            most.descriptors, use.descriptors - std::min(use.descriptors, before[id].descriptors));
      }
    }
    return most;
  }

  static void print(const char* name, const LatencyProbe::Latencies& latencies, const Use& more) {
    std::cout << name << ": " << latencies.writes << " writes, commit p50 " << latencies.p50_ms
              << " ms, p99 " << latencies.p99_ms << " ms, max " << latencies.max_ms
              << " ms; at most " << more.rss << " MiB (" << more.unclean
              << " without the log's file) and " << more.descriptors
              << " descriptors more than at its beginning\n";
  }

  static void print(const HostilePeers& strangers, double duration) {
    static constexpr std::array kNames = {"garbage",     "huge lengths", "half frames", "foreign",
                                          "tls garbage", "first flight", "silent",      "flood"};
    std::cout << "connections made in " << duration << " s (ended by servers):";
    for (const Hostility hostility : kHostilities) {
      std::cout << " " << kNames.at(static_cast<std::size_t>(hostility)) << " "
                << strangers.dialled(hostility) << " (" << strangers.ended(hostility) << ")";
    }
    std::cout << "; " << strangers.bytes_sent() << " bytes\n";
  }

  std::size_t longest_log() {
    std::size_t longest = 0;
    for (const std::uint64_t id : ids_) {
      const std::string log = cluster_.server(id).log();
      longest =
          std::max(longest, static_cast<std::size_t>(std::count(log.begin(), log.end(), '\n')));
    }
    return longest;
  }

  /// `first_flight` is what a stranger begins with who speaks TLS; the servers have been launched
  /// as they are to be.
  void expect_undisturbed(std::string first_flight) {
    cluster_.start_voters();
    const std::uint64_t leader = cluster_.wait_leader(soon());
    ASSERT_NE(leader, 0U) << described(cluster_);
    // More than the entry caches hold: they grow once.
    ASSERT_TRUE(fill(cluster_.client_port(leader), "warm", 20000, 1024, soon()));
    KvLoad load(load_options(300), ports_of(cluster_, ids_));
    load.start();
    LatencyProbe probe(cluster_.client_port(leader), milliseconds(5));
    rest(calm_);
    const std::string standing_before = standing();
    EXPECT_EQ(has_certificate(leader), !first_flight.empty());

    probe.take();
    const Use calm = watch(uses(), calm_);
    const LatencyProbe::Latencies before = probe.take();
    print("before", before, calm);

    HostileOptions options;
    options.first_flight = std::move(first_flight);
    for (const std::uint64_t id : ids_) {
      options.ports.push_back(cluster_.server(id).options().peer_port);
    }
    options.seed = seed_;
    options.connections =
        number_from_environment("BUOYANT_HOSTILE_CONNECTIONS", options.connections);
    const std::uint64_t acknowledged = load.acknowledged();
    HostilePeers strangers(options);
    const Use hostile = watch(uses(), duration_);
    const LatencyProbe::Latencies during = probe.take();
    print("during", during, hostile);
    print(strangers, std::chrono::duration<double>(duration_).count());
    std::cout << standing() << longest_log() << " lines in the longest log\n";

    EXPECT_EQ(standing(), standing_before);
    EXPECT_EQ(during.failures, 0U);
    EXPECT_GT(during.writes, 0U);
    EXPECT_GT(load.acknowledged(), acknowledged);
    EXPECT_LT(is_strict_ ? hostile.rss : hostile.unclean, kGrowthMax);
    EXPECT_LT(hostile.descriptors, kDescriptorsMax);
    // A kind of trouble is told once in a minute.
    EXPECT_LT(longest_log(), 100U + 20U * static_cast<std::size_t>(duration_.count()) / 60U);
    if (is_strict_) {
      EXPECT_LE(during.p99_ms, 2 * before.p99_ms);
    }
    for (const Hostility hostility : kHostilities) {
      EXPECT_TRUE(strangers.dialled(hostility) > 0 || options.connections == 0);
    }
    expect_sound(cluster_, load, ids_);
  }

  const std::vector<std::uint64_t> ids_ = {1, 2, 3};
  const seconds duration_ = seconds(number_from_environment("BUOYANT_HOSTILE_SECONDS", 4));
  const seconds calm_ = std::clamp(duration_ / 5, seconds(3), seconds(60));
  const bool is_strict_ = number_from_environment("BUOYANT_HOSTILE_STRICT", 0) != 0;
  KvCluster cluster_{hostile_options()};
};

}  // namespace buoyant::process
