// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-demo: what ./dev demo runs.

#include "examples/demo/demo.h"
#include "examples/demo/screen.h"
#include "tests/support/process/temporary_directory.h"

#include <CLI/CLI.hpp>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace {

std::atomic<bool> interrupted = false;

static_assert(std::atomic<bool>::is_always_lock_free, "set by a signal handler");

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Three buoyant-echo processes, a leader killed in the middle, nothing lost.",
               "buoyant-demo");
  demo::DemoOptions options;
  std::string parent = "demo-data";
  bool keeps_data = false;
  options.echo = BUOYANT_ECHO_BINARY;
  app.add_option("--lines", options.lines, "how many lines are sent")
      ->check(CLI::Range(std::uint64_t{100}, std::uint64_t{10'000'000}))
      ->capture_default_str();
  app.add_option("--rate", options.lines_per_second, "lines per second, 0: no limit")
      ->capture_default_str();
  app.add_option("--data", parent, "a directory is made in it for data and logs")
      ->capture_default_str();
  app.add_option("--echo", options.echo, "the server program")->check(CLI::ExistingFile);
  app.add_flag("--keep", keeps_data, "leave data and logs behind");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    std::signal(number, [](int) { interrupted = true; });
  }
  int code = 0;
  {
    buoyant::process::TemporaryDirectory directory(std::filesystem::absolute(parent).string());
    options.directory = directory.path();
    if (keeps_data) {
      directory.keep();
    }
    demo::Screen screen(stdout, ::isatty(STDOUT_FILENO) == 1);
    code = demo::Demo(options, screen, interrupted).run();
    if (keeps_data) {
      std::printf("\ndata and logs: %s\n", directory.path().c_str());
    }
  }
  std::error_code is_not_empty;
  std::filesystem::remove(parent, is_not_empty);
  return code;
}
