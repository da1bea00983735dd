// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/cluster/rounds.h"

#include "bench/cluster/driver.h"
#include "bench/cluster/summary.h"
#include "tests/support/process/temporary_directory.h"

#include <fmt/core.h>

#include <fstream>
#include <optional>
#include <utility>

namespace buoyant::bench {

namespace {

constexpr int kTries = 3;
constexpr int kElectionSecondsMax = 20;

/// Nothing: leadership was lost, or a server failed.
std::optional<std::vector<Point>> run_once(const Rounds& rounds, const Plan& plan) {
  const process::TemporaryDirectory directory(rounds.data);
  BenchCluster cluster(plan.servers, directory.path(), plan.options);
  if (!cluster.wait_for_leader(kElectionSecondsMax)) {
    fmt::print(stderr, "{}: no leader within {} s\n", rounds.program, kElectionSecondsMax);
    return std::nullopt;
  }
  std::vector<Point> points;
  for (const Work& work : plan.works) {
    const auto point = cluster.run(work);
    if (!point) {
      fmt::print(stderr, "{}: leadership was lost during a run\n", rounds.program);
      return std::nullopt;
    }
    points.push_back(*point);
  }
  if (!cluster.finish()) {
    fmt::print(stderr, "{}: a server did not end cleanly\n", rounds.program);
    return std::nullopt;
  }
  return points;
}

std::optional<std::vector<Point>> run_patiently(const Rounds& rounds, const Plan& plan) {
  for (int i = 0; i < kTries; ++i) {
    if (auto points = run_once(rounds, plan)) {
      return points;
    }
  }
  return std::nullopt;
}

std::string text_of(const Plan& plan) {
  const Work& work = plan.works.front();
  return fmt::format(
      "{} servers, {} of {} B, {}{}", plan.servers, nlohmann::json(work.call).get<std::string>(),
      work.payload,
      work.rate > 0 ? fmt::format("{:.0f}/s", work.rate) : fmt::format("C={}", work.outstanding),
      plan.works.size() > 1 ? fmt::format(" and {} more", plan.works.size() - 1) : "");
}

void tell_progress(const Rounds& rounds, std::uint64_t round, const std::vector<Plan>& plans,
                   std::size_t at) {
  fmt::print(stderr, "{}: round {} of {}, {} of {}: {}\n", rounds.program, round + 1,
             rounds.repeats, at + 1, plans.size(), text_of(plans[at]));
}

}  // namespace

std::vector<nlohmann::json> measure(const Rounds& rounds, const std::vector<Plan>& plans,
                                    const std::function<void(const nlohmann::json&)>& on_summary) {
  /// By plan, work and repeat.
  std::vector<std::vector<std::vector<nlohmann::json>>> measured(plans.size());
  std::vector<nlohmann::json> summaries;
  for (std::uint64_t round = 0; round < rounds.repeats; ++round) {
    for (std::size_t at = 0; at < plans.size(); ++at) {
      tell_progress(rounds, round, plans, at);
      measured[at].resize(plans[at].works.size());
      const auto points = run_patiently(rounds, plans[at]);
      for (std::size_t i = 0; points && i < points->size(); ++i) {
        measured[at][i].push_back(nlohmann::json((*points)[i]));
      }
      if (round + 1 < rounds.repeats) {
        continue;
      }
      for (const std::vector<nlohmann::json>& repeats : measured[at]) {
        if (!repeats.empty()) {
          summaries.push_back(summary_of(repeats));
          on_summary(summaries.back());
        }
      }
    }
  }
  return summaries;
}

bool write_json(const std::string& program, const std::string& path, const nlohmann::json& json) {
  std::ofstream file(path);
  file << json.dump(2) << "\n";
  if (!file.flush()) {
    fmt::print(stderr, "{}: cannot write {}\n", program, path);
    return false;
  }
  return true;
}

}  // namespace buoyant::bench
