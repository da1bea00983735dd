// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-power-cut: cuts the power of a recorded disk, many times.

#include "tests/disk/pool.h"
#include "tests/disk/power_cut.h"
#include "tests/disk/scratch.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <thread>
#include <unistd.h>

namespace buoyant::disk::power_cut_tool {

struct Options {
  CutOptions cut{.life = BUOYANT_DISK_LIFE, .shim = BUOYANT_DISK_SHIM};
  std::uint64_t images = 2'000;
  std::uint64_t seed = 1;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  std::uint64_t seconds = 0;
  std::uint64_t failures = 5;
  std::string lie = "none";
  std::string directory = default_scratch();
};

void show(const CutFailure& failure) {
  std::printf("FAIL seed %" PRIu64 " image %" PRIu64 ": %s\n", failure.seed, failure.image,
              failure.text.c_str());
  if (!failure.record.empty()) {
    std::printf("repeat with: buoyant-power-cut --record %s --seed %" PRIu64 " --image %" PRIu64
                "\n",
                failure.record.c_str(), failure.seed, failure.image);
  }
}

int repeat(Options& options) {
  const Scratch scratch(options.directory);
  options.cut.scratch = scratch.path();
  options.cut.keep.clear();
  // All of its points are cut, as they were.
  const CutReport report = cut_power(options.cut, options.seed);
  if (report.failure) {
    show(*report.failure);
  }
  std::printf("images %" PRIu64 " failures %d\n", report.figures.images(), report.failure ? 1 : 0);
  return report.failure ? 1 : 0;
}

int run(const Options& options) {
  std::printf("seeds from %" PRIu64 " on\n", options.seed);
  std::fflush(stdout);
  const Scratch scratch(options.directory);
  const auto begin = std::chrono::steady_clock::now();
  CutFigures figures;
  std::uint64_t failures = 0;
  const PoolOptions pool{.first = options.seed, .jobs = options.jobs, .scratch = scratch.path()};
  run_pool(pool, options.cut, [&](const CutReport& report) {
    figures += report.figures;
    if (report.failure) {
      failures += 1;
      show(*report.failure);
      std::fflush(stdout);
    }
    const double elapsed =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (::isatty(STDERR_FILENO) != 0) {
      std::fprintf(stderr, "\r%" PRIu64 " images, %" PRIu64 " failed, %.0f/s ", figures.images(),
                   failures, static_cast<double>(figures.images()) / elapsed);
    }
    const bool is_late = options.seconds != 0 && elapsed > static_cast<double>(options.seconds);
    return figures.images() < options.images && failures < options.failures && !is_late;
  });
  std::printf("\n%s\nimages %" PRIu64 " failures %" PRIu64 "\n", figures.text().c_str(),
              figures.images(), failures);
  return failures == 0 ? 0 : 1;
}

int main(int argc, char** argv) {
  Options options;
  CLI::App app{
      "Records what the storage and the snapshot store do to a disk, cuts its power in every way\n"
      "that a disk allows, and opens what is left. Exit code 0: nothing was lost, 1: something\n"
      "was, 2: usage.",
      "buoyant-power-cut"};
  app.add_option("--images", options.images, "how many, about")->capture_default_str();
  app.add_option("--seed", options.seed, "the first seed")->capture_default_str();
  app.add_option("--jobs", options.jobs, "processes at a time")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  app.add_option("--seconds", options.seconds, "begin no seed after so many (0: no limit)");
  app.add_option("--failures", options.failures, "stop after so many")->capture_default_str();
  app.add_option("--per-seed", options.cut.images, "images of one seed, about")
      ->capture_default_str();
  app.add_option("--directory", options.directory, "where files are made")->capture_default_str();
  app.add_option("--keep", options.cut.keep, "where the records of failures are kept")
      ->capture_default_str();
  app.add_option("--record", options.cut.record, "cut this record, with its --seed");
  app.add_option("--image", options.cut.only, "with --record: only this image");
  app.add_option(
      "--lie", options.lie,
      "pretend that a sync never happened: data-flush, meta-flush, growth, opening-flush, "
      "recovery, directory, parent, snapshot-file, snapshot-directory");
  try {
    app.parse(argc, argv);
    const std::optional<Lie> lie = lie_of(options.lie);
    if (!lie) {
      throw CLI::ValidationError("--lie", "there is no such sync");
    }
    options.cut.lie = *lie;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return options.cut.record.empty() ? run(options) : repeat(options);
}

}  // namespace buoyant::disk::power_cut_tool

int main(int argc, char** argv) {
  return buoyant::disk::power_cut_tool::main(argc, argv);
}
