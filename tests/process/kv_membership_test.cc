// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// From three servers to five and back to three, until each was replaced once, under load, with
/// a server killed during every step.
///
/// The long run of it: for seed in $(seq 20); do BUOYANT_PROCESS_SEED=$seed ...; done

#include "tests/process/kv_cluster_fixture.h"
#include "tests/support/process/resp_client.h"

#include <algorithm>

namespace buoyant::process {

/// One cluster that changes under load. Servers 1 to 3 found it; 4 to 8 wait to be added.
class KvMembershipTest : public KvClusterFixture {
 protected:
  void SetUp() override {
    for (const std::uint64_t id : members_) {
      cluster_.server(id).start();
    }
    ASSERT_NE(cluster_.wait_leader(soon()), 0U) << described(cluster_);
    load_.start();
    ASSERT_TRUE(load_.wait_acknowledged(50, soon()));
  }

  static KvClusterOptions with_snapshots(KvClusterOptions options) {
    // New servers find the beginning of the log purged.
    options.flags.insert(options.flags.end(), {"--snapshot-entries", "500"});
    return options;
  }

  /// Sends the change to some member, kills some server while it is under way, and asks again
  /// until it is done. Gives why it is not; "": it is.
  std::string change(const std::vector<std::string>& words, const std::vector<std::uint64_t>& ids) {
    RespClient first(cluster_.client_port(some_server(cluster_, members_)));
    first.send(words);
    first.pump();
    rest(milliseconds(draw(0, 300)));
    first.pump();
    KvServer& victim = cluster_.server(some_server(cluster_, ids));
    victim.kill();
    rest(milliseconds(draw(20, 700)));
    victim.start();
    const std::string trouble = cluster_.ask_any(members_, words, within(seconds(60)));
    return trouble.empty() ? "" : joined(words) + ": " + trouble + described(cluster_);
  }

  void add(std::uint64_t id) {
    cluster_.server(id).start();
    std::vector<std::uint64_t> ids = members_;
    ids.push_back(id);
    ASSERT_EQ(change({"RAFT.ADD", std::to_string(id), cluster_.server(id).address()}, ids), "");
    members_ = ids;
    after_change();
  }

  void remove(std::uint64_t id) {
    const std::vector<std::uint64_t> ids = members_;
    members_.erase(std::find(members_.begin(), members_.end(), id));
    load_.set_ports(ports_of(cluster_, members_));
    ASSERT_EQ(change({"RAFT.REMOVE", std::to_string(id)}, ids), "");
    after_change();
    expect_removed(id);
  }

  /// It stays up, knows, and says so to those who ask it.
  void expect_removed(std::uint64_t id) {
    KvServer& server = cluster_.server(id);
    EXPECT_TRUE(wait_until(soon(), [&] {
      const auto status = server.status(soon());
      return status && status->role == "removed";
    })) << described(cluster_);
    EXPECT_TRUE(server.ask_shown({"SET", "x", "y"}, soon()).starts_with("-NOLEADER"));
    EXPECT_EQ(server.stop(within(seconds(5))), (Ended{0, 0}));
  }

  void after_change() {
    load_.set_ports(ports_of(cluster_, members_));
    ASSERT_TRUE(load_.wait_acknowledged(50, soon())) << described(cluster_);
    EXPECT_TRUE(wait_until(soon(), [&] { return knows_members(); })) << described(cluster_);
  }

  /// The leader's configuration has the members that it should, all of them voters.
  bool knows_members() {
    const std::uint64_t leader = cluster_.wait_leader(within(seconds(5)));
    const auto status = leader == 0 ? std::nullopt : cluster_.server(leader).status(soon());
    if (!status) {
      return false;
    }
    std::vector<std::uint64_t> voters;
    for (const KvMember& member : status->members) {
      if (member.role == "voter") {
        voters.push_back(member.id);
      }
    }
    std::vector<std::uint64_t> expected = members_;
    std::sort(voters.begin(), voters.end());
    std::sort(expected.begin(), expected.end());
    return voters == expected && status->members.size() == expected.size();
  }

  std::vector<std::uint64_t> members_ = {1, 2, 3};
  KvCluster cluster_{with_snapshots(cluster_options(3, 5))};
  KvLoad load_{load_options(), ports_of(cluster_, members_)};
};

TEST_F(KvMembershipTest, EveryServerIsReplacedUnderLoadWithAKillAtEveryStep) {
  ASSERT_NO_FATAL_FAILURE(add(4));
  ASSERT_NO_FATAL_FAILURE(add(5));
  ASSERT_NO_FATAL_FAILURE(remove(1));
  ASSERT_NO_FATAL_FAILURE(remove(2));
  for (const std::uint64_t id : {6U, 7U, 8U}) {
    ASSERT_NO_FATAL_FAILURE(add(id));
    ASSERT_NO_FATAL_FAILURE(remove(id - 3));
  }

  expect_sound(cluster_, load_, members_);
}

}  // namespace buoyant::process
