// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-corrupt: damages data directories and counts what that comes to.

#include "tests/disk/corruption.h"
#include "tests/disk/scratch.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <map>
#include <unistd.h>

namespace buoyant::disk::corrupt_tool {

struct Options {
  std::uint64_t corruptions = 20'000;
  std::uint64_t seed = 1;
  std::uint64_t first = 0;
  std::string directory = default_scratch();
  bool verbose = false;
};

/// So many come from one sample.
constexpr std::uint64_t kPerSample = 500;

int run(const Options& options) {
  std::printf("seed %llu\n", static_cast<unsigned long long>(options.seed));
  std::fflush(stdout);
  const Scratch scratch(options.directory);
  CorruptionTable table;
  std::map<std::string, int> shown;
  Samples samples;
  for (std::uint64_t number = options.first; number < options.first + options.corruptions;
       ++number) {
    if (number % kPerSample == 0 || number == options.first) {
      const std::uint64_t of_sample = options.seed * 1'000'000 + number / kPerSample * 10;
      samples = make_samples(scratch / "store", of_sample);
    }
    const CorruptionResult result =
        try_corruption(scratch / "store", samples, options.seed, number);
    table.add(result);
    // The first few of each kind of signal; whatever is wrong.
    if (options.verbose || result.is_wrong() ||
        (result.is_signal() && ++shown[result.outcome + corruption_name(result.corruption)] <= 3)) {
      std::printf("%s: %s, %s; repeat with --seed %llu --first %llu --corruptions 1\n",
                  result.outcome.c_str(), corruption_name(result.corruption), result.what.c_str(),
                  static_cast<unsigned long long>(options.seed),
                  static_cast<unsigned long long>(number));
    }
    if (::isatty(STDERR_FILENO) != 0 && number % 50 == 0) {
      std::fprintf(stderr, "\r%llu ", static_cast<unsigned long long>(number));
    }
  }
  std::printf("\n%s\ncorruptions %llu wrong %llu signals %llu\n", table.text().c_str(),
              static_cast<unsigned long long>(options.corruptions),
              static_cast<unsigned long long>(table.wrong()),
              static_cast<unsigned long long>(table.signals()));
  return table.wrong() == 0 ? 0 : 1;
}

int main(int argc, char** argv) {
  Options options;
  CLI::App app{
      "Damages data directories at random and opens them with the real adapters.\n"
      "Exit code 0: no wrong data was served, 1: some was, 2: usage.",
      "buoyant-corrupt"};
  app.add_option("--corruptions", options.corruptions, "how many")->capture_default_str();
  app.add_option("--seed", options.seed, "which")->capture_default_str();
  app.add_option("--first", options.first, "the first one's number")->capture_default_str();
  app.add_option("--directory", options.directory, "where files are made")->capture_default_str();
  app.add_flag("--verbose", options.verbose, "say what became of each");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return run(options);
}

}  // namespace buoyant::disk::corrupt_tool

int main(int argc, char** argv) {
  return buoyant::disk::corrupt_tool::main(argc, argv);
}
