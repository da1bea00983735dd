// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/standard.h"

#include "tests/adapters/standard/cluster_fixture.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::standard::standard_test {

using testing_support::Recorder;
using testing_support::TestServer;

class StandardNodeTest : public testing_support::ClusterFixture {
 protected:
  /// The error of an opening that must fail.
  Error open_error(const StandardOptions& options) {
    Recorder machine;
    const auto node = open_standard_node(loop_, options, machine);
    EXPECT_FALSE(node);
    return node ? Error(Errc::kStopped) : node.error();
  }

  /// Bootstraps a server alone and waits until it leads.
  void begin_alone(TestServer& server, const StandardOptions& options) {
    ASSERT_TRUE(
        server.node->bootstrap({{ServerId(options.id), options.listen}}, [](Result<void>) {}));
    ASSERT_TRUE(wait_for_leader(server));
  }

  Result<SnapshotMetadata> take_snapshot(TestServer& server) {
    std::optional<Result<SnapshotMetadata>> outcome;
    const auto accepted = server.node->take_snapshot(
        [&](Result<SnapshotMetadata> result) { outcome = std::move(result); });
    if (!accepted) {
      return fail(accepted.error());
    }
    EXPECT_TRUE(run_until([&] { return outcome.has_value(); }));
    return outcome.value_or(fail(Errc::kOutcomeUnknown, "the test waited in vain"));
  }

  /// What is in a server's folder of snapshots besides its lock.
  static std::vector<std::filesystem::path> snapshot_files(const StandardOptions& options) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(options.data + "/snapshots")) {
      if (entry.path().filename() != "LOCK") {
        files.push_back(entry.path());
      }
    }
    return files;
  }

  /// Proposes and waits for the outcome.
  Result<Applied> propose(TestServer& server, const std::string& line) {
    std::optional<Result<Applied>> outcome;
    const auto accepted = server.node->propose(
        Bytes::copy_of(line), [&](Result<Applied> result) { outcome = std::move(result); });
    if (!accepted) {
      return fail(accepted.error());
    }
    EXPECT_TRUE(run_until([&] { return outcome.has_value(); }));
    return outcome.value_or(fail(Errc::kOutcomeUnknown, "the test waited in vain"));
  }
};

TEST_F(StandardNodeTest, TlsWithoutItsFilesIsRefused) {
  const auto opened = open_tls({.certificates = "none.pem", .key = "none.pem"}, "test", 1);

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), Errc::kInvalidOptions);
  EXPECT_EQ(open_tls({}, "", 1).error().code(), Errc::kInvalidOptions);
}

TEST_F(StandardNodeTest, OneServerAppliesWhatIsProposed) {
  const StandardOptions alone = options(1, free_address());
  auto server = open(alone);
  begin_alone(*server, alone);

  const auto outcome = propose(*server, "hello");

  ASSERT_TRUE(outcome) << outcome.error().message();
  EXPECT_EQ(outcome->reply.text(), "hello");
  EXPECT_EQ(server->machine.lines, std::vector<std::string>{"hello"});
  close(*server);
}

TEST_F(StandardNodeTest, AServerThatStartsAgainAppliesItsLogAgain) {
  const StandardOptions alone = options(1, free_address());
  auto server = open(alone);
  begin_alone(*server, alone);
  ASSERT_TRUE(propose(*server, "hello"));
  close(*server);

  auto again = open(alone);

  EXPECT_TRUE(run_until([&] { return again->machine.lines.size() == 1; }));
  EXPECT_EQ(again->machine.lines, std::vector<std::string>{"hello"});
  close(*again);
}

TEST_F(StandardNodeTest, AServerThatStartsAgainInstallsItsSnapshot) {
  const StandardOptions alone = options(1, free_address());
  auto server = open(alone);
  begin_alone(*server, alone);
  ASSERT_TRUE(propose(*server, "in the snapshot"));
  const auto snapshot = take_snapshot(*server);
  ASSERT_TRUE(snapshot) << snapshot.error().message();
  ASSERT_TRUE(propose(*server, "behind it"));
  close(*server);
  EXPECT_EQ(snapshot_files(alone).size(), 1U);

  auto again = open(alone);

  EXPECT_TRUE(run_until([&] { return again->machine.lines.size() == 2; }));
  EXPECT_EQ(again->machine.lines, (std::vector<std::string>{"in the snapshot", "behind it"}));
  EXPECT_EQ(again->machine.installed, 1);
  close(*again);
}

TEST_F(StandardNodeTest, AServerWithoutItsSnapshotIsNotOpened) {
  const StandardOptions alone = options(1, free_address());
  auto server = open(alone);
  begin_alone(*server, alone);
  ASSERT_TRUE(propose(*server, "in the snapshot"));
  ASSERT_TRUE(take_snapshot(*server));
  close(*server);

  std::filesystem::remove(snapshot_files(alone).at(0));

  EXPECT_EQ(open_error(alone).code(), Errc::kStorageCorrupt);
}

TEST_F(StandardNodeTest, ThreeServersApplyTheSame) {
  const std::vector<std::string> addresses = {free_address(), free_address(), free_address()};
  std::vector<Member> members;
  std::vector<std::unique_ptr<TestServer>> servers;
  for (std::uint64_t id = 1; id <= 3; ++id) {
    members.push_back({ServerId(id), addresses[id - 1]});
    servers.push_back(open(options(id, addresses[id - 1])));
  }
  for (const auto& server : servers) {
    ASSERT_TRUE(server->node->bootstrap(members, [](Result<void>) {}));
  }
  ASSERT_TRUE(wait_for_leader(*servers[0]));

  // Whichever of them leads: the others forward.
  for (const auto& server : servers) {
    EXPECT_TRUE(run_until([&] { return propose(*server, "line").has_value(); }));
  }

  // A line whose outcome was unknown was proposed again: at least three, the same everywhere.
  EXPECT_TRUE(run_until([&] {
    return servers[0]->machine.lines.size() >= 3 &&
           servers[0]->machine.lines == servers[1]->machine.lines &&
           servers[0]->machine.lines == servers[2]->machine.lines;
  }));
  for (const auto& server : servers) {
    close(*server);
  }
}

TEST_F(StandardNodeTest, DialsTheAddressThatItIsToldInstead) {
  const std::vector<std::string> addresses = {free_address(), free_address()};
  // Nobody listens where the configuration says that the other is.
  const std::vector<Member> members = {{ServerId(1), "127.0.0.1:1"}, {ServerId(2), "127.0.0.1:1"}};
  StandardOptions first = options(1, addresses[0]);
  first.dial = {{ServerId(2), addresses[1]}};
  StandardOptions second = options(2, addresses[1]);
  second.dial = {{ServerId(1), addresses[0]}, {ServerId(9), "127.0.0.1:1"}};
  auto one = open(first);
  auto two = open(second);
  ASSERT_TRUE(one->node->bootstrap(members, [](Result<void>) {}));
  ASSERT_TRUE(two->node->bootstrap(members, [](Result<void>) {}));

  EXPECT_TRUE(wait_for_leader(*one));

  close(*one);
  close(*two);
}

TEST_F(StandardNodeTest, ADirectoryInUseIsRefused) {
  const StandardOptions alone = options(1, free_address());
  auto server = open(alone);
  StandardOptions other = alone;
  other.listen = free_address();

  EXPECT_EQ(open_error(other).code(), Errc::kDirectoryInUse);

  close(*server);
}

TEST_F(StandardNodeTest, AnAddressInUseIsRefused) {
  const std::string address = free_address();
  auto server = open(options(1, address));

  EXPECT_EQ(open_error(options(2, address)).code(), Errc::kAddressInUse);

  close(*server);
}

TEST_F(StandardNodeTest, TheDirectoryOfAnotherClusterIsRefused) {
  StandardOptions mine = options(1, free_address());
  close(*open(mine));

  mine.cluster = "another";

  EXPECT_EQ(open_error(mine).code(), Errc::kWrongCluster);
}

TEST_F(StandardNodeTest, TheDirectoryOfAnotherServerIsRefused) {
  StandardOptions mine = options(1, free_address());
  close(*open(mine));

  mine.id = 2;

  EXPECT_EQ(open_error(mine).code(), Errc::kWrongIdentity);
}

TEST_F(StandardNodeTest, AnAddressBeyondLoopbackNeedsTheOption) {
  EXPECT_EQ(open_error(options(1, "0.0.0.0:0")).code(), Errc::kInvalidOptions);
}

TEST_F(StandardNodeTest, WrongOptionsAreRefused) {
  StandardOptions wrong = options(0, free_address());

  EXPECT_EQ(open_error(wrong).code(), Errc::kInvalidOptions);
}

TEST_F(StandardNodeTest, LeavesNothingInTheLoopWhenDestroyed) {
  const StandardOptions alone = options(1, free_address());
  auto server = open(alone);
  begin_alone(*server, alone);

  server.reset();

  // TearDown runs the loop to its end and closes it.
}

TEST_F(StandardNodeTest, ClosesBeforeTheLoopRan) {
  auto server = open(options(1, free_address()));

  close(*server);
}

}  // namespace buoyant::standard::standard_test
