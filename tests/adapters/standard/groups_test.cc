// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Several groups on the loop of one process, which has work of its own there.

#include "tests/adapters/standard/cluster_fixture.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::standard::groups_test {

using testing_support::TestServer;

class StandardGroupsTest : public testing_support::ClusterFixture {
 protected:
  static constexpr std::size_t kGroups = 3;
  static constexpr std::size_t kServers = 3;

  struct Group {
    std::vector<std::unique_ptr<TestServer>> servers;
    std::size_t committed = 0;
  };

  void SetUp() override {
    ClusterFixture::SetUp();
    ASSERT_EQ(uv_timer_init(&loop_, &host_timer_), 0);
    host_timer_.data = &host_ticks_;
    uv_timer_start(
        &host_timer_, [](uv_timer_t* timer) { *static_cast<std::uint64_t*>(timer->data) += 1; }, 10,
        10);
    for (std::size_t at = 0; at < kGroups; ++at) {
      open_group("group-" + std::to_string(at), groups_[at]);
    }
  }

  void TearDown() override {
    uv_close(reinterpret_cast<uv_handle_t*>(&host_timer_), nullptr);
    // It expects that nothing is left in the loop.
    ClusterFixture::TearDown();
  }

  void open_group(const std::string& name, Group& group) {
    std::vector<Member> members;
    for (std::uint64_t id = 1; id <= kServers; ++id) {
      members.push_back({ServerId(id), free_address()});
    }
    std::filesystem::create_directory(folder_ / name);
    for (const Member& member : members) {
      StandardOptions one = options(member.id.value(), member.address);
      one.cluster = name;
      one.data = (folder_ / name / std::to_string(member.id.value())).string();
      group.servers.push_back(open(one));
      ASSERT_TRUE(group.servers.back()->node->bootstrap(members, [](Result<void>) {}));
    }
  }

  /// All of them at once.
  void close_all() {
    for (Group& group : groups_) {
      for (const auto& server : group.servers) {
        server->node->close([&server = *server] { server.is_closed = true; });
      }
    }
    EXPECT_TRUE(run_until([&] { return count([](auto& one) { return one.is_closed; }) == 9; }));
  }

  std::size_t count(const std::function<bool(TestServer&)>& is_wanted) {
    std::size_t found = 0;
    for (Group& group : groups_) {
      for (const auto& server : group.servers) {
        found += is_wanted(*server) ? 1U : 0U;
      }
    }
    return found;
  }

  std::array<Group, kGroups> groups_;
  uv_timer_t host_timer_{};
  std::uint64_t host_ticks_ = 0;
};

TEST_F(StandardGroupsTest, EachElectsCommitsAndCloses) {
  constexpr std::size_t kLines = 20;
  ASSERT_TRUE(run_until([&] {
    return count([](TestServer& one) { return one.node->status().standing.leader.is_set(); }) == 9;
  }));
  const std::uint64_t ticks = host_ticks_;

  for (std::size_t at = 0; at < kGroups; ++at) {
    for (std::size_t line = 0; line < kLines; ++line) {
      // Through every server, in turn.
      TestServer& server = *groups_[at].servers[line % kServers];
      ASSERT_TRUE(server.node->propose(
          Bytes::copy_of(std::to_string(at)),
          [&group = groups_[at]](Result<Applied> done) { group.committed += done ? 1U : 0U; }));
    }
  }

  EXPECT_TRUE(run_until([&] {
    return count([](TestServer& one) { return one.machine.lines.size() == kLines; }) == 9;
  }));
  for (std::size_t at = 0; at < kGroups; ++at) {
    EXPECT_EQ(groups_[at].committed, kLines);
    EXPECT_EQ(groups_[at].servers[0]->machine.lines,
              std::vector<std::string>(kLines, std::to_string(at)));
  }
  EXPECT_TRUE(run_until([&] { return host_ticks_ > ticks; }));
  close_all();
}

TEST_F(StandardGroupsTest, OneThatClosesIsNoMatterToTheOthers) {
  ASSERT_TRUE(run_until([&] {
    return count([](TestServer& one) { return one.node->status().standing.leader.is_set(); }) == 9;
  }));

  for (const auto& server : groups_[0].servers) {
    close(*server);
  }

  for (std::size_t at = 1; at < kGroups; ++at) {
    ASSERT_TRUE(groups_[at].servers[0]->node->propose(
        Bytes::copy_of("line"),
        [&group = groups_[at]](Result<Applied> done) { group.committed += done ? 1U : 0U; }));
  }
  EXPECT_TRUE(run_until([&] { return groups_[1].committed == 1 && groups_[2].committed == 1; }));
  close_all();
}

}  // namespace buoyant::standard::groups_test
