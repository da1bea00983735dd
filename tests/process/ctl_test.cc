// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-ctl against three real servers, of which the third takes no actions.

#include "tests/support/process/file_tail.h"
#include "tests/support/process/kv_cluster.h"
#include "tests/support/process/loopback.h"
#include "tests/support/process/temporary_directory.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace buoyant::process {

using std::chrono::seconds;

class CtlProcessTest : public ::testing::Test {
 protected:
  struct Said {
    int exit_code = -1;
    std::string out;
    std::string error;
  };

  static Deadline in_time() { return within(seconds(30)); }

  void SetUp() override {
    for (std::uint64_t id = 1; id <= cluster_.size(); ++id) {
      std::vector<std::string> flags = {"--metrics", endpoint(id)};
      if (id != 3) {
        flags.emplace_back("--admin");
      }
      cluster_.server(id).set_launch(std::move(flags), {});
    }
    cluster_.start_voters();
    ASSERT_NE(cluster_.wait_leader(in_time()), 0U);
    ASSERT_TRUE(cluster_.wait_settled({1, 2, 3}, in_time()));
  }

  void TearDown() override { EXPECT_TRUE(cluster_.stop_all(within(seconds(5)))); }

  KvClusterOptions options() {
    KvClusterOptions options{BUOYANT_KV_BINARY, directory_.path(), 3, 1};
    options.flags = {"--election-ms", "300", "--heartbeat-ms", "50"};
    return options;
  }

  /// Of --metrics.
  std::string endpoint(std::uint64_t id) { return loopback(ports_[id - 1]); }

  /// Of the three.
  std::vector<std::string> endpoints() { return {endpoint(1), endpoint(2), endpoint(3)}; }

  Said ctl(const std::vector<std::string>& words, const std::vector<std::string>& more = {}) {
    const std::string out = directory_ / "ctl.out";
    const std::string error = directory_ / "ctl.err";
    std::vector<std::string> argv = {BUOYANT_CTL_BINARY};
    argv.insert(argv.end(), words.begin(), words.end());
    argv.insert(argv.end(), more.begin(), more.end());
    Process process({std::move(argv), {}, out, error});
    const auto ended = process.wait(in_time());
    return {ended ? ended->code : -1, contents_of(out), contents_of(error)};
  }

  Said status(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = endpoints();
    words.insert(words.begin(), "status");
    return ctl(words, more);
  }

  /// "" when `text` has `part`, else all of it.
  static std::string without(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos ? "" : "no \"" + part + "\" in: " + text;
  }

  TemporaryDirectory directory_{BUOYANT_BINARY_DIR "/tmp"};
  KvCluster cluster_{options()};
  std::vector<std::uint16_t> ports_ = free_ports(4);
};

TEST_F(CtlProcessTest, TheStatusIsATableOfAllServers) {
  const std::uint64_t leader = cluster_.wait_leader(in_time());

  const Said said = status();
  const Said json = status({"--json"});

  // A busy machine may hold a loop or a disk: then somebody should look, and it works.
  EXPECT_LE(said.exit_code, 1) << said.out << said.error;
  EXPECT_EQ(without(said.out, "cluster test: 3 members, server " + std::to_string(leader)), "");
  for (std::uint64_t id = 1; id <= 3; ++id) {
    EXPECT_EQ(without(said.out,
                      "     " + std::to_string(id) + (id == leader ? "  leader  " : "  follower")),
              "");
    EXPECT_EQ(without(said.out, endpoint(id) + "\n"), "");
  }
  const auto parsed = nlohmann::json::parse(json.out, nullptr, false);
  ASSERT_TRUE(parsed.is_object()) << json.out << json.error;
  EXPECT_EQ(parsed["leader"], leader);
  EXPECT_EQ(parsed["servers"].size(), 3U);
}

TEST_F(CtlProcessTest, ATransferMovesTheLeader) {
  const std::uint64_t target = cluster_.wait_leader(in_time()) == 1 ? 2 : 1;

  Said said;
  EXPECT_TRUE(wait_until(in_time(), [&] {
    said = ctl({"transfer", endpoint(1), "--to", std::to_string(target)});
    return said.exit_code == 0;
  })) << said.error;

  EXPECT_EQ(said.out, endpoint(1) + ": server " + std::to_string(target) + " leads\n");
  EXPECT_EQ(cluster_.wait_leader(in_time()), target);
}

TEST_F(CtlProcessTest, ASnapshotIsTaken) {
  ASSERT_EQ(cluster_.ask_any({1, 2, 3}, {"SET", "k", "v"}, in_time()), "");
  ASSERT_TRUE(cluster_.wait_settled({1, 2, 3}, in_time()));

  const Said said = ctl({"snapshot", endpoint(1), "--id", "1"});

  EXPECT_EQ(said.exit_code, 0) << said.error;
  EXPECT_EQ(without(said.out, "there is a snapshot of everything up to entry "), "");
  EXPECT_GT(cluster_.server(1).status(in_time())->snapshot, 0U);
}

TEST_F(CtlProcessTest, ActionsAreTakenOnlyWhereTheyAreAllowed) {
  const Said said = ctl({"snapshot", endpoint(3)});

  EXPECT_EQ(said.exit_code, 2);
  EXPECT_EQ(without(said.error, "this server was started without --admin"), "");
  EXPECT_EQ(cluster_.server(3).status(in_time())->snapshot, 0U);
}

TEST_F(CtlProcessTest, MembersComeAndGo) {
  cluster_.server(4).start();
  Said said;

  EXPECT_TRUE(wait_until(in_time(), [&] {
    said = ctl({"add", endpoint(1), "--id", "4", "--address", cluster_.server(4).address()});
    return said.exit_code == 0;
  })) << said.error;
  EXPECT_EQ(without(ctl({"members", endpoint(1), endpoint(4)}).out,
                    "     4  " + cluster_.server(4).address() + "  yes    "),
            "");

  EXPECT_TRUE(wait_until(in_time(), [&] {
    said = ctl({"remove", endpoint(1), "--id", "4"});
    return said.exit_code == 0;
  })) << said.error;
  EXPECT_TRUE(wait_until(in_time(), [&] {
    return without(ctl({"status", endpoint(1), endpoint(4)}).out,
                   "server 4 is no member any more: it can be stopped")
        .empty();
  }));
}

TEST_F(CtlProcessTest, ServersThatAreGoneAreDescribed) {
  cluster_.server(3).kill();
  Said said;
  EXPECT_TRUE(wait_until(in_time(), [&] {
    said = status();
    return without(said.out, "one more that fails stops the cluster").empty();
  })) << said.out;
  EXPECT_EQ(without(said.out, endpoint(3) + " is not reached: Connection refused"), "");
  EXPECT_EQ(without(said.out, "server 3 (" + cluster_.server(3).address() + ") gave no status; "),
            "");
  EXPECT_GE(said.exit_code, 1);

  cluster_.server(2).kill();
  EXPECT_TRUE(wait_until(in_time(), [&] {
    said = status();
    return said.exit_code == 3;
  })) << said.out;
  EXPECT_EQ(without(said.out,
                    "no server leads, nothing is committed: 2 of 3 voters are needed, and "
                    "servers 2 and 3 did not answer or take no part"),
            "");

  // So that all of them can be stopped.
  cluster_.server(2).start();
  cluster_.server(3).start();
  EXPECT_NE(cluster_.wait_leader(in_time()), 0U);
}

TEST_F(CtlProcessTest, WhateverAnswersItIsOverInTime) {
  const SilentListener silent;
  const std::string hangs = loopback(silent.port());
  const std::string other = loopback(cluster_.client_port(1));

  const Said nobody = ctl({"status", hangs, "--timeout-ms", "200"});
  EXPECT_EQ(nobody.exit_code, 4);
  EXPECT_EQ(without(nobody.out, hangs + " is not reached: no answer within 200 ms"), "");

  const Said said = ctl({"status", other, hangs, endpoint(1), "--timeout-ms", "2000"});
  EXPECT_EQ(without(said.out, other + " is not reached: what answers there does not speak HTTP"),
            "");
  EXPECT_EQ(without(said.out, "cluster test: 3 members"), "");
}

TEST_F(CtlProcessTest, AnActionThatIsNotAnsweredMayBeDone) {
  const SilentListener silent;

  const Said said = ctl({"transfer", loopback(silent.port()), endpoint(1), "--timeout-ms", "500"});

  EXPECT_EQ(said.exit_code, 5);
  EXPECT_EQ(without(said.error, "it may be done, or not: no answer within 500 ms"), "");
  EXPECT_EQ(said.out, "");
}

TEST_F(CtlProcessTest, TheTraceIsShown) {
  const Said said = ctl({"trace", endpoint(1)});

  EXPECT_EQ(said.exit_code, 0) << said.error;
  EXPECT_EQ(without(said.out, "term  step"), "");
}

TEST_F(CtlProcessTest, ActionsBeyondLoopbackAreAChoice) {
  KvServer& server = cluster_.server(4);
  server.set_launch({"--admin", "--metrics", "0.0.0.0:" + std::to_string(ports_[3])}, {});

  server.start();

  EXPECT_EQ(server.process().wait(in_time()), (Ended{2, 0}));
  EXPECT_EQ(without(server.log(), "is not on loopback, and has no authentication"), "");
}

}  // namespace buoyant::process
