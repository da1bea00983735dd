// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// SIGKILL of a random server, again and again, under load: nothing acknowledged is lost, no
/// line that was refused is there, all logs are equal, nothing hangs.
///
/// BUOYANT_KILL_ROUNDS=200 makes the long run of it, BUOYANT_KILL_SEED another one.

#include "tests/process/echo_fixture.h"
#include "tests/support/process/echo_load.h"

#include <cstdlib>
#include <iostream>
#include <random>
#include <set>
#include <string>

namespace buoyant::process {

namespace kill_test {

unsigned long from_environment(const char* name, unsigned long otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoul(text, nullptr, 10);
}

/// The first of `lines` that is not in `log`, or that is; "": none.
std::string first_missing(const std::vector<std::string>& lines, const std::set<std::string>& log) {
  for (const std::string& line : lines) {
    if (log.count(line) == 0) {
      return line;
    }
  }
  return {};
}

std::string first_present(const std::vector<std::string>& lines, const std::set<std::string>& log) {
  for (const std::string& line : lines) {
    if (log.count(line) != 0) {
      return line;
    }
  }
  return {};
}

}  // namespace kill_test

class KillTest : public EchoFixture {
 protected:
  /// Random times around the length of an election.
  milliseconds some_time() {
    return milliseconds(std::uniform_int_distribution<int>(20, 700)(random_));
  }

  std::size_t some_server() {
    return std::uniform_int_distribution<std::size_t>(0, cluster_.size() - 1)(random_);
  }

  void run_rounds(unsigned long rounds, EchoLoad& load) {
    for (unsigned long round = 0; round < rounds; ++round) {
      EchoServer& victim = cluster_.server(some_server());
      load.run_for(some_time());
      victim.kill();
      load.run_for(some_time());
      victim.start();
    }
  }

  const unsigned long seed_ = kill_test::from_environment("BUOYANT_KILL_SEED", 1);
  std::mt19937_64 random_{seed_};
  EchoCluster cluster_{cluster_options(3)};
};

TEST_F(KillTest, NothingAcknowledgedIsLostAndAllLogsAreEqual) {
  const unsigned long rounds = kill_test::from_environment("BUOYANT_KILL_ROUNDS", 20);
  cluster_.start_all();
  ASSERT_TRUE(cluster_.wait_leader(soon()));
  EchoLoadOptions options{cluster_.client_ports(), 2, 8};
  options.lines_per_second = 2000;
  EchoLoad load(options);

  run_rounds(rounds, load);
  ASSERT_TRUE(load.drain(soon()));
  ASSERT_TRUE(cluster_.wait_settled(soon()));
  for (std::size_t at = 0; at < cluster_.size(); ++at) {
    EXPECT_EQ(ask(cluster_.server(at).client_port(), "after-" + std::to_string(at)),
              "after-" + std::to_string(at));
  }
  ASSERT_TRUE(cluster_.wait_settled(soon()));

  ASSERT_EQ(cluster_.compare_logs(), "");
  AppliedLog log;
  ASSERT_EQ(cluster_.server(0).read_applied(log), "");
  const std::set<std::string> texts = log.texts();
  const EchoFates& fates = load.fates();
  EXPECT_EQ(kill_test::first_missing(fates.acknowledged, texts), "");
  EXPECT_EQ(kill_test::first_present(fates.refused, texts), "");
  EXPECT_EQ(log.repeated(), "");
  EXPECT_TRUE(fates.wrong.empty()) << fates.wrong.front();
  EXPECT_GT(fates.acknowledged.size(), rounds * 20);
  EXPECT_TRUE(cluster_.stop_all(within(seconds(5))));
  std::cout << rounds << " kills, " << fates.acknowledged.size() << " acknowledged, "
            << fates.refused.size() << " refused, " << fates.unknown.size() << " unknown, "
            << log.lines().size() << " in each log\n";
}

}  // namespace buoyant::process
