// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-sim: runs seeds, repeats one, writes down what happens, finds the faults that matter.

#include "buoyant/simulation/simulation.h"
#include "commit.h"
#include "tests/frozen/releases.h"
#include "tools/sim/options.h"
#include "tools/sim/picture.h"
#include "tools/sim/pool.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <memory>
#include <unistd.h>
#include <utility>
#include <vector>

namespace buoyant::sim_tool {

namespace {

using simulation::Plan;
using simulation::Report;

std::unique_ptr<simulation::Workload> make_workload() {
  return std::make_unique<simulation::KeyValueWorkload>();
}

Plan plan_of(const Options& options, std::uint64_t seed) {
  Plan plan = simulation::draw_plan(seed);
  if (options.faults) {
    plan.faults = *options.faults;
  }
  if (options.mixed_versions) {
    plan.earlier = frozen::previous_release();
  }
  return plan;
}

/// Writes each event as one line of JSON.
simulation::TraceSink trace_to(std::ofstream& file) {
  return [&file](const simulation::TraceEvent& event) {
    const nlohmann::ordered_json line = {{"ns", event.at.since_start().count()},
                                         {"server", event.server.value()},
                                         {"what", event.what},
                                         {"detail", event.detail},
                                         {"numbers", event.numbers}};
    file << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  };
}

/// Both hear; nothing when there is none.
simulation::TraceSink both(simulation::TraceSink one, simulation::TraceSink other) {
  if (!one || !other) {
    return one ? one : other;
  }
  return [one = std::move(one), other = std::move(other)](const simulation::TraceEvent& event) {
    one(event);
    other(event);
  };
}

/// Runs a plan, heard by the picture, if there is one, and by `trace`.
Report run_heard(const Plan& plan, const std::unique_ptr<Picture>& picture,
                 simulation::TraceSink trace = nullptr) {
  const auto workload = make_workload();
  Report report = simulation::run(
      plan, *workload, both(picture ? picture->listen(plan) : nullptr, std::move(trace)));
  if (picture) {
    picture->rest();
  }
  return report;
}

int cannot_write(const std::string& path) {
  std::fprintf(stderr, "buoyant-sim: %s cannot be written\n", path.c_str());
  return 2;
}

/// Null: none is wanted.
std::unique_ptr<Picture> open_picture(const Options& options) {
  return options.html.empty()
             ? nullptr
             : std::make_unique<Picture>(options.html, options.html_events, BUOYANT_COMMIT);
}

int run_one(const Options& options) {
  std::ofstream trace;
  if (!options.trace.empty()) {
    trace.open(options.trace);
    if (!trace) {
      return cannot_write(options.trace);
    }
  }
  const auto picture = open_picture(options);
  if (picture && !picture->is_open()) {
    return cannot_write(options.html);
  }
  Report report = run_heard(plan_of(options, *options.seed), picture,
                            trace.is_open() ? trace_to(trace) : nullptr);
  std::printf("%s\nhash %016" PRIx64 ", %" PRIu64 " events, commit %s\n", report.describe().c_str(),
              report.hash, report.totals.events, BUOYANT_COMMIT);
  const bool shrinks = !report.passed() && options.shrink;
  if (shrinks) {
    report = simulation::shrink(report.plan, make_workload);
    std::printf("smallest set of faults that still fails:\n%s\n", report.describe().c_str());
    if (picture) {
      report = run_heard(report.plan, picture);
    }
  }
  if (picture && !picture->write(report, shrinks)) {
    return 2;
  }
  return report.passed() ? 0 : 1;
}

/// What is said while seeds run, and at the end.
class Summary {
 public:
  explicit Summary(const Options& options) : options_(options) {
    if (!options.hashes.empty()) {
      hashes_.open(options.hashes);
    }
  }

  /// False: enough failures.
  bool add(const SeedResult& result) {
    totals_ += result.totals;
    if (hashes_.is_open()) {
      hashes_ << result.seed << ' ' << result.hash << '\n';
    }
    if (!result.check.empty()) {
      failures_.push_back(result);
      std::printf("FAIL seed %" PRIu64 " check %s: %s\n", result.seed, result.check.c_str(),
                  result.text.c_str());
      std::fflush(stdout);
    }
    show_progress();
    return failures_.size() < options_.failures;
  }

  /// The first seed that failed.
  [[nodiscard]] std::optional<std::uint64_t> failed() const {
    return failures_.empty() ? std::nullopt : std::optional(failures_.front().seed);
  }

  int finish() {
    if (shows_progress_) {
      std::fputc('\n', stderr);
    }
    const double seconds = elapsed();
    const double simulated = std::chrono::duration<double>(totals_.simulated).count();
    std::printf("%.1f seeds/s, %.0f simulated seconds per second, %" PRIu64 " events/s\n",
                static_cast<double>(totals_.seeds) / seconds, simulated / seconds,
                static_cast<std::uint64_t>(static_cast<double>(totals_.events) / seconds));
    std::printf("simulated %.1f hours: %" PRIu64 " frames, %" PRIu64 " writes, %" PRIu64
                " leaders, %" PRIu64 " crashes; calls: %" PRIu64 " committed, %" PRIu64
                " read, %" PRIu64 " refused, %" PRIu64 " unknown; sessions: %" PRIu64
                " opened, %" PRIu64 " commands repeated, %" PRIu64
                " expired; histories of keys not decided: %" PRIu64 "\n",
                simulated / 3600, totals_.frames, totals_.writes, totals_.elections,
                totals_.crashes, totals_.committed, totals_.reads, totals_.refused, totals_.unknown,
                totals_.sessions, totals_.repeats, totals_.expired, totals_.undecided);
    if (!failures_.empty()) {
      const std::string command = "buoyant-sim --seed " + std::to_string(failures_.front().seed) +
                                  (options_.mixed_versions ? " --mixed-versions" : "");
      std::printf("commit %s; repeat one with: %s\nlook at it with: %s --shrink --html run.html\n",
                  BUOYANT_COMMIT, command.c_str(), command.c_str());
    }
    std::printf("seeds %" PRIu64 " failures %zu\n", totals_.seeds, failures_.size());
    write_json(seconds);
    return failures_.empty() ? 0 : 1;
  }

 private:
  [[nodiscard]] double elapsed() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

  void show_progress() {
    if (::isatty(STDERR_FILENO) == 0) {
      return;
    }
    shows_progress_ = true;
    std::fprintf(stderr, "\r%" PRIu64 " seeds, %zu failed, %.1f/s ", totals_.seeds,
                 failures_.size(), static_cast<double>(totals_.seeds) / elapsed());
  }

  void write_json(double seconds) const {
    if (options_.json.empty()) {
      return;
    }
    nlohmann::ordered_json json = {
        {"commit", BUOYANT_COMMIT},       {"first", options_.first},
        {"seeds_run", totals_.seeds},     {"seconds", seconds},
        {"events", totals_.events},       {"simulated_ns", totals_.simulated.count()},
        {"committed", totals_.committed}, {"failures", nlohmann::json::array()}};
    for (const SeedResult& failure : failures_) {
      json["failures"].push_back(
          {{"seed", failure.seed}, {"check", failure.check}, {"text", failure.text}});
    }
    std::ofstream(options_.json) << json.dump(2) << '\n';
  }

  const Options& options_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::ofstream hashes_;
  simulation::Totals totals_;
  std::vector<SeedResult> failures_;
  bool shows_progress_ = false;
};

/// Runs a seed that failed once more, in a child as before, for its page.
void paint(const Options& options, std::uint64_t seed) {
  const RunSeed run = [&options](std::uint64_t again) {
    const auto picture = open_picture(options);
    if (!picture->is_open()) {
      (void)cannot_write(options.html);
    } else {
      (void)picture->write(run_heard(plan_of(options, again), picture), false);
    }
    return SeedResult();
  };
  run_pool({.first = seed, .count = 1}, run, [](const SeedResult&) { return true; });
}

int run_many(const Options& options) {
  std::printf("commit %s, seeds from %" PRIu64 " on\n", BUOYANT_COMMIT, options.first);
  std::fflush(stdout);
  Summary summary(options);
  const RunSeed run = [&options](std::uint64_t seed) {
    const auto workload = make_workload();
    const Report report = simulation::run(plan_of(options, seed), *workload);
    SeedResult result{
        .seed = seed, .hash = report.hash, .totals = report.totals, .check = {}, .text = {}};
    if (report.violation) {
      result.check = report.violation->check;
      result.text = report.violation->text;
    }
    return result;
  };
  const PoolOptions pool{.first = options.first,
                         .count = options.count,
                         .jobs = options.jobs,
                         .seconds = options.seconds};
  run_pool(pool, run, [&summary](const SeedResult& result) { return summary.add(result); });
  const int exit_code = summary.finish();
  if (!options.html.empty() && summary.failed()) {
    paint(options, *summary.failed());
  }
  return exit_code;
}

void list_faults() {
  for (const simulation::Fault fault : simulation::FaultSet::all().list()) {
    std::printf("%-15s %s\n", simulation::fault_name(fault), simulation::fault_sentence(fault));
  }
}

int main(int argc, char** argv) {
  int exit_code = 0;
  const auto options = parse_options(argc, argv, exit_code);
  if (!options) {
    return exit_code;
  }
  if (options->list_faults) {
    list_faults();
    return 0;
  }
  return options->seed ? run_one(*options) : run_many(*options);
}

}  // namespace

}  // namespace buoyant::sim_tool

int main(int argc, char** argv) {
  return buoyant::sim_tool::main(argc, argv);
}
