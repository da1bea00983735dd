// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What tests of the real buoyant-kv have in common: a directory, short timeouts, redis-cli.
#pragma once

#include "tests/support/process/echo_cluster.h"
#include "tests/support/process/loopback.h"
#include "tests/support/process/temporary_directory.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace buoyant::process {

class KvProcessFixture : public ::testing::Test {
 protected:
  using seconds = std::chrono::seconds;

  /// Long enough for anything that is to happen at all, also on a busy machine.
  static Deadline in_time() { return within(seconds(20)); }

  EchoClusterOptions kv_options(std::vector<std::string> more_flags = {}) {
    EchoClusterOptions options{BUOYANT_KV_BINARY, directory_.path(), 3};
    options.flags = {"--election-ms", "300", "--heartbeat-ms", "50"};
    options.flags.insert(options.flags.end(), more_flags.begin(), more_flags.end());
    options.prints = false;
    return options;
  }

  /// Runs a program of Debian's redis-tools; what it wrote, without line ends behind it.
  std::string run_tool(std::vector<std::string> argv) {
    const std::string out = directory_ / "tool.out";
    argv.insert(argv.begin(), "/usr/bin/env");
    Process process({std::move(argv), {}, out, out});
    const auto ended = process.wait(within(seconds(60)));
    if (!ended) {
      return "it does not end";
    }
    if (ended->code == 127) {
      return "it is not installed; see redis-tools";
    }
    std::string text = contents_of(out);
    while (text.ends_with('\n')) {
      text.pop_back();
    }
    return text;
  }

  /// Sends one command with redis-cli.
  std::string cli(EchoServer& server, const std::vector<std::string>& words) {
    std::vector<std::string> argv = {"redis-cli", "-p", std::to_string(server.client_port())};
    argv.insert(argv.end(), words.begin(), words.end());
    return run_tool(std::move(argv));
  }

  TemporaryDirectory directory_{BUOYANT_BINARY_DIR "/tmp"};
};

}  // namespace buoyant::process
