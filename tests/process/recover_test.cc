// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-recover on the directories of real servers: what they refuse, and that a cluster which
/// lost its majority serves again with everything that was acknowledged.

#include "tests/process/echo_fixture.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace buoyant::process {

class RecoverTest : public EchoFixture {
 protected:
  /// The exit code; what it said is in `said_`.
  int recover(const std::string& data, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {BUOYANT_RECOVER_BINARY, data});
    const std::string output = directory_ / "recover.out";
    const std::string errors = directory_ / "recover.err";
    Process process({.argv = std::move(arguments), .stdout_path = output, .stderr_path = errors});
    const auto ended = process.wait(soon());
    said_ = contents_of(output) + contents_of(errors);
    return ended ? ended->code : -1;
  }

  /// The arguments that make these servers the cluster.
  static std::vector<std::string> members(const std::vector<EchoServer*>& servers) {
    std::vector<std::string> arguments;
    for (EchoServer* server : servers) {
      arguments.push_back("--member");
      arguments.push_back(std::to_string(server->id()) +
                          "=127.0.0.1:" + std::to_string(server->options().peer_port));
    }
    return arguments;
  }

  static std::vector<std::string> forced(std::vector<std::string> arguments) {
    arguments.emplace_back("--force");
    return arguments;
  }

  bool says(const std::string& text) const { return said_.find(text) != std::string::npos; }

  /// What a server applied in all its runs.
  static std::set<std::string> applied(const EchoServer& server) {
    AppliedLog log;
    EXPECT_EQ(server.read_applied(log), "");
    EXPECT_EQ(log.repeated(), "");
    return log.texts();
  }

  /// Waits until a server knows a leader; its id, or 0.
  static std::uint64_t leader_of(EchoServer& server) {
    std::uint64_t leader = 0;
    wait_until(soon(), [&] {
      const auto status = server.status(soon());
      leader = status ? status->leader : 0;
      return leader != 0;
    });
    return leader;
  }

  /// Asks again for as long as the line is certainly not committed: a leader that is known may
  /// not be connected yet.
  static std::string insist(EchoServer& server, const std::string& line) {
    std::string answer;
    wait_until(soon(), [&] {
      answer = ask(server, line);
      return !answer.starts_with("-ERR no leader");
    });
    return answer;
  }

  std::string said_;
};

class RecoverRefusalTest : public RecoverTest {
 protected:
  /// A server that was used and stopped.
  void make_data() {
    server_.start();
    ASSERT_EQ(ask(server_, "a line"), "a line");
    ASSERT_EQ(server_.stop(soon()), (Ended{0, 0}));
  }

  EchoServer server_{server_options()};
};

TEST_F(RecoverRefusalTest, ADirectoryThatIsNotThereIsNotMade) {
  const std::string data = directory_ / "nothing";

  EXPECT_EQ(recover(data, members({&server_})), 2);
  EXPECT_TRUE(says("no server's data")) << said_;
  EXPECT_FALSE(std::filesystem::exists(data));
}

TEST_F(RecoverRefusalTest, ARunningServersDirectoryIsInUse) {
  server_.start();
  ASSERT_EQ(ask(server_, "one"), "one");

  EXPECT_EQ(recover(server_.data_path(), forced(members({&server_}))), 12);
  EXPECT_EQ(ask(server_, "two"), "two");
}

TEST_F(RecoverRefusalTest, ADamagedDatabaseIsCorrupt) {
  make_data();
  std::filesystem::resize_file(server_.data_path() + "/data.mdb", 8192);

  EXPECT_EQ(recover(server_.data_path(), forced(members({&server_}))), 11);
}

TEST_F(RecoverRefusalTest, AServerThatNeverHadACluster) {
  server_.options().members.clear();
  server_.options().flags.emplace_back("--join");
  server_.start();
  ASSERT_TRUE(server_.status(soon()));
  ASSERT_EQ(server_.stop(soon()), (Ended{0, 0}));

  EXPECT_EQ(recover(server_.data_path(), forced(members({&server_}))), 2);
  EXPECT_TRUE(says("log is empty")) << said_;
}

TEST_F(RecoverRefusalTest, AListWithoutTheServerItself) {
  make_data();

  EXPECT_EQ(recover(server_.data_path(), {"--member", "2=127.0.0.1:1", "--force"}), 2);
  EXPECT_TRUE(says("not among the new members")) << said_;
}

TEST_F(RecoverRefusalTest, NothingIsDoneForTheMembersThatAreThere) {
  make_data();

  EXPECT_EQ(recover(server_.data_path(), forced(members({&server_}))), 0);
  EXPECT_TRUE(says("nothing to be done")) << said_;
}

TEST_F(RecoverTest, OneOfThreeServesAgainWithAllThatWasAcknowledged) {
  EchoCluster cluster(cluster_options(3));
  cluster.start_all();
  const auto leader = cluster.wait_leader(soon());
  ASSERT_TRUE(leader);
  EchoServer& survivor = cluster.server(*leader);
  ASSERT_EQ(insist(survivor, "acknowledged"), "acknowledged");
  cluster.server((*leader + 1) % 3).kill();
  cluster.server((*leader + 2) % 3).kill();
  const auto before = survivor.status(soon());
  ASSERT_TRUE(before);
  LineClient client(survivor.client_port());
  client.send_line("not committed");
  ASSERT_TRUE(wait_until(soon(), [&] {
    client.pump();
    const auto status = survivor.status(soon());
    return status && status->last > before->last;
  }));
  // In good order: what is only on its way to the disk would be lost with a kill.
  ASSERT_EQ(survivor.stop(soon()), (Ended{0, 0}));

  ASSERT_EQ(recover(survivor.data_path(), members({&survivor})), 0);
  EXPECT_TRUE(says("Nothing was changed")) << said_;
  ASSERT_EQ(recover(survivor.data_path(), forced(members({&survivor}))), 0);
  EXPECT_TRUE(says("Done")) << said_;
  ASSERT_EQ(recover(survivor.data_path(), forced(members({&survivor}))), 0);
  EXPECT_TRUE(says("nothing to be done")) << said_;
  survivor.start();

  EXPECT_EQ(leader_of(survivor), survivor.id());
  EXPECT_EQ(insist(survivor, "served again"), "served again");
  EXPECT_EQ(applied(survivor),
            (std::set<std::string>{"acknowledged", "not committed", "served again"}));
}

TEST_F(RecoverTest, TwoOfFiveServeAgainAndTheOtherTakesTheLogOfTheLonger) {
  EchoCluster cluster(cluster_options(5));
  cluster.start_all();
  const auto leader = cluster.wait_leader(soon());
  ASSERT_TRUE(leader);
  EchoServer& longer = cluster.server(*leader);
  EchoServer& behind = cluster.server((*leader + 1) % 5);
  ASSERT_EQ(insist(longer, "early"), "early");
  ASSERT_TRUE(cluster.wait_settled(soon()));
  behind.kill();
  ASSERT_EQ(insist(longer, "late"), "late");
  for (const std::size_t lost : {2U, 3U, 4U, 0U}) {
    cluster.server((*leader + lost) % 5).kill();
  }

  ASSERT_EQ(recover(longer.data_path(), forced(members({&longer, &behind}))), 0);
  EXPECT_TRUE(says("serves when 2 of its 2 new voters run")) << said_;
  longer.start();
  behind.start();

  EXPECT_EQ(leader_of(behind), longer.id());
  EXPECT_EQ(insist(behind, "of two"), "of two");
  EXPECT_EQ(applied(behind), (std::set<std::string>{"early", "late", "of two"}));
  EXPECT_TRUE(wait_until(soon(), [&] { return applied(longer) == applied(behind); }));
}

TEST_F(RecoverTest, AServerThatWasWipedIsFilledAgain) {
  EchoCluster cluster(cluster_options(3));
  cluster.start_all();
  ASSERT_TRUE(cluster.wait_leader(soon()));
  EchoServer& survivor = cluster.server(0);
  EchoServer& wiped = cluster.server(1);
  ASSERT_EQ(insist(survivor, "one"), "one");
  ASSERT_TRUE(cluster.wait_settled(soon()));
  ASSERT_TRUE(cluster.stop_all(soon()));
  std::filesystem::remove_all(wiped.data_path());
  wiped.options().members.clear();
  wiped.options().flags.emplace_back("--join");

  ASSERT_EQ(recover(survivor.data_path(), forced(members({&survivor, &wiped}))), 0);
  survivor.start();
  wiped.start();

  EXPECT_EQ(leader_of(wiped), survivor.id());
  EXPECT_EQ(insist(wiped, "two"), "two");
  EXPECT_EQ(applied(wiped), (std::set<std::string>{"one", "two"}));
}

TEST_F(RecoverTest, ACompactedLogGoesOnBehindItsSnapshot) {
  EchoClusterOptions options = cluster_options(3);
  options.flags.insert(options.flags.end(), {"--snapshot-entries", "4"});
  EchoCluster cluster(options);
  cluster.start_all();
  ASSERT_TRUE(cluster.wait_leader(soon()));
  EchoServer& survivor = cluster.server(0);
  EchoServer& wiped = cluster.server(1);
  for (int line = 0; line < 20; ++line) {
    ASSERT_EQ(insist(survivor, std::to_string(line)), std::to_string(line));
  }
  ASSERT_TRUE(cluster.wait_settled(soon()));
  ASSERT_TRUE(cluster.stop_all(soon()));
  std::filesystem::remove_all(wiped.data_path());
  wiped.options().members.clear();
  wiped.options().flags.emplace_back("--join");

  ASSERT_EQ(recover(survivor.data_path(), forced(members({&survivor, &wiped}))), 0);
  EXPECT_TRUE(says("snapshot: through entry ")) << said_;
  survivor.start();
  wiped.start();

  EXPECT_EQ(leader_of(wiped), survivor.id());
  EXPECT_EQ(insist(wiped, "served again"), "served again");
  EXPECT_TRUE(wait_until(soon(), [&] { return applied(survivor).size() == 21; }));
}

TEST_F(RecoverTest, ALostServerThatComesBackAloneDisturbsNobody) {
  EchoCluster cluster(cluster_options(3));
  cluster.start_all();
  ASSERT_TRUE(cluster.wait_leader(soon()));
  ASSERT_EQ(insist(cluster.server(0), "one"), "one");
  ASSERT_TRUE(cluster.wait_settled(soon()));
  ASSERT_TRUE(cluster.stop_all(soon()));
  ASSERT_EQ(recover(cluster.server(0).data_path(), forced(members({&cluster.server(0)}))), 0);
  cluster.server(0).start();
  ASSERT_EQ(leader_of(cluster.server(0)), 1U);

  cluster.server(1).start();
  ASSERT_TRUE(cluster.server(1).status(soon()));

  EXPECT_EQ(insist(cluster.server(0), "two"), "two");
  EXPECT_EQ(applied(cluster.server(0)), (std::set<std::string>{"one", "two"}));
  EXPECT_EQ(applied(cluster.server(1)), std::set<std::string>{"one"});
}

}  // namespace buoyant::process
