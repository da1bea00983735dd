// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/recovery/transfers.h"

#include "bench/cluster/driver.h"
#include "bench/cluster/summary.h"
#include "bench/recovery/loopback_copy.h"
#include "tests/support/process/temporary_directory.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

namespace buoyant::bench {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kMebibyte = 1 << 20;
constexpr std::size_t kServers = 3;
constexpr int kElectionSecondsMax = 20;
constexpr auto kTransferMax = std::chrono::seconds(120);
constexpr auto kLookEvery = std::chrono::milliseconds(2);

nlohmann::json complain(const char* what) {
  std::fprintf(stderr, "recovery_bench: %s\n", what);
  return nullptr;
}

double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

std::uint64_t number_in(const nlohmann::json& status, const char* name) {
  return status.is_object() ? status.value(name, std::uint64_t{0}) : 0;
}

/// A cluster with data in a directory of its own, and a server in it that does not lead.
struct Stage {
  Stage(const TransferWork& work, const std::vector<std::string>& options)
      : directory(work.data), cluster(kServers, directory.path(), options) {}

  [[nodiscard]] std::size_t follower() const { return (cluster.leader() + 1) % kServers; }

  process::TemporaryDirectory directory;
  BenchCluster cluster;
};

/// Proposals at the leader until it has so many more. False: leadership was lost.
bool propose_until(BenchCluster& cluster, std::uint64_t payload, std::uint64_t count) {
  const std::uint64_t goal = number_in(cluster.status_of(cluster.leader()), "last") + count;
  const std::uint64_t outstanding =
      std::clamp<std::uint64_t>((std::uint64_t{4} << 20U) / payload, 1, 4096);
  while (number_in(cluster.status_of(cluster.leader()), "last") < goal) {
    if (!cluster.run({.payload = payload,
                      .outstanding = outstanding,
                      .warmup_seconds = 0,
                      .seconds = 0.2})) {
      return false;
    }
  }
  return true;
}

/// When a server's status first said so; nothing: it did not in time.
std::optional<Clock::time_point> when(BenchCluster& cluster, std::size_t server,
                                      const std::function<bool(const nlohmann::json&)>& is_so) {
  const Clock::time_point until = Clock::now() + kTransferMax;
  while (Clock::now() < until) {
    const nlohmann::json status = cluster.status_of(server);
    if (status.is_null()) {
      return std::nullopt;
    }
    if (is_so(status)) {
      return Clock::now();
    }
    std::this_thread::sleep_for(kLookEvery);
  }
  return std::nullopt;
}

/// Starts the follower and times what comes in: it has begun, and it is all there.
std::optional<TransferPoint> time_follower(
    Stage& stage, std::size_t follower, double bytes,
    const std::function<bool(const nlohmann::json&)>& has_begun,
    const std::function<bool(const nlohmann::json&)>& is_over) {
  const auto bytes_to_copy = static_cast<std::uint64_t>(bytes);
  const double copied_before = copy_over_loopback(stage.directory.path(), bytes_to_copy);
  const Clock::time_point started = Clock::now();
  stage.cluster.start(follower);
  const auto begun = when(stage.cluster, follower, has_begun);
  const auto ended = when(stage.cluster, follower, is_over);
  // Before and after: memory that a virtual machine touches for the first time, or again after its
  // host took back what was free for some seconds, is several times slower than what it used a
  // moment ago. Which of the two is met is luck.
  const double copied_after = copy_over_loopback(stage.directory.path(), bytes_to_copy);
  if (!begun || !ended || copied_before <= 0 || copied_after <= 0) {
    return std::nullopt;
  }
  const double copied = 2 / (1 / copied_before + 1 / copied_after);
  TransferPoint point;
  point.mebibytes = bytes / kMebibyte;
  point.seconds = seconds_between(*begun, *ended);
  point.mebibytes_per_second = point.mebibytes / point.seconds;
  point.start_seconds = seconds_between(started, *begun);
  point.copy_mebibytes_per_second = copied / kMebibyte;
  point.to_copy = bytes / point.seconds / copied;
  return point;
}

std::optional<TransferPoint> catch_up_once(Stage& stage, const TransferWork& work) {
  BenchCluster& cluster = stage.cluster;
  const std::size_t follower = stage.follower();
  const std::uint64_t before = number_in(cluster.status_of(follower), "last");
  const auto missed = static_cast<std::uint64_t>(kMebibyte) * work.mebibytes / work.payload;
  if (!cluster.stop(follower) || !propose_until(cluster, work.payload, missed)) {
    return std::nullopt;
  }
  const std::uint64_t last = number_in(cluster.status_of(cluster.leader()), "last");
  auto point = time_follower(
      stage, follower, static_cast<double>((last - before) * work.payload),
      [&](const nlohmann::json& status) { return number_in(status, "last") > before; },
      [&](const nlohmann::json& status) { return number_in(status, "durable") >= last; });
  if (point) {
    point->payload = work.payload;
  }
  return point;
}

std::optional<TransferPoint> snapshot_once(Stage& stage, const TransferWork& work) {
  BenchCluster& cluster = stage.cluster;
  const std::size_t follower = stage.follower();
  constexpr std::uint64_t kEntries = 1000;
  if (!cluster.stop(follower) || !propose_until(cluster, work.payload, kEntries)) {
    return std::nullopt;
  }
  const Clock::time_point begin = Clock::now();
  if (!cluster.take_snapshot()) {
    return std::nullopt;
  }
  const double taking_seconds = seconds_between(begin, Clock::now());
  auto point = time_follower(
      stage, follower, static_cast<double>(work.mebibytes) * kMebibyte,
      [](const nlohmann::json& status) {
        return number_in(status, "received") > 0 || number_in(status, "installed") > 0;
      },
      [](const nlohmann::json& status) { return number_in(status, "installed") > 0; });
  if (point) {
    point->payload = work.payload;
    point->taking_seconds = taking_seconds;
  }
  return point;
}

/// A cluster for each repeat: the log of one is no part of the next.
nlohmann::json repeat(const TransferWork& work, const std::vector<std::string>& options,
                      std::optional<TransferPoint> (*once)(Stage&, const TransferWork&)) {
  std::vector<nlohmann::json> points;
  while (points.size() < work.repeats) {
    std::fprintf(stderr, "recovery_bench: round %zu of %zu: %zu MiB of %zu B\n", points.size() + 1,
                 static_cast<std::size_t>(work.repeats), static_cast<std::size_t>(work.mebibytes),
                 static_cast<std::size_t>(work.payload));
    Stage stage(work, options);
    if (!stage.cluster.wait_for_leader(kElectionSecondsMax)) {
      return complain("no leader");
    }
    const auto point = once(stage, work);
    if (!point) {
      return complain("leadership was lost, or a follower did not get everything in time");
    }
    points.emplace_back(*point);
    if (!stage.cluster.finish()) {
      return complain("a server did not end cleanly");
    }
  }
  return summary_of(points);
}

}  // namespace

nlohmann::json measure_catch_up(const TransferWork& work) {
  return repeat(work, {}, catch_up_once);
}

nlohmann::json measure_snapshot(const TransferWork& work) {
  return repeat(
      work,
      {"--snapshot-bytes", std::to_string(work.mebibytes * static_cast<std::uint64_t>(kMebibyte))},
      snapshot_once);
}

}  // namespace buoyant::bench
