// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Leadership is handed on, again and again, under load and with wires cut around it.
///
/// BUOYANT_TRANSFER_ROUNDS=1000 BUOYANT_TRANSFER_MS=2000 makes the long run of it,
/// BUOYANT_PROCESS_SEED another one.

#include "tests/process/kv_cluster_fixture.h"

#include <map>

namespace buoyant::process {

class KvTransferTest : public KvClusterFixture {
 protected:
  void SetUp() override {
    cluster_.start_voters();
    ASSERT_NE(cluster_.wait_leader(soon()), 0U) << described(cluster_);
    load_.start();
    ASSERT_TRUE(load_.wait_acknowledged(50, soon()));
  }

  /// Asks some server to have leadership handed to some server, or to whom it likes.
  std::string transfer() {
    const std::uint64_t target = draw(0, ids_.size());
    std::vector<std::string> words = {"RAFT.TRANSFER"};
    if (target != 0) {
      words.push_back(std::to_string(target));
    }
    // Five election timeouts are promised; the rest is for a busy machine.
    return cluster_.server(some_server(cluster_, ids_)).ask_shown(words, within(seconds(5)));
  }

  const std::vector<std::uint64_t> ids_ = {1, 2, 3};
  KvCluster cluster_{with_wires(cluster_options(3))};
  KvLoad load_{load_options(300), ports_of(cluster_, ids_)};
};

TEST_F(KvTransferTest, ATransferMovesLeadershipToTheServerThatIsNamed) {
  const std::uint64_t leader = cluster_.wait_leader(soon());
  const std::uint64_t target = leader % ids_.size() + 1;

  EXPECT_EQ(cluster_.ask_any(ids_, {"RAFT.TRANSFER", std::to_string(target)}, soon()), "");

  EXPECT_EQ(cluster_.wait_leader(soon()), target) << described(cluster_);
  expect_sound(cluster_, load_, ids_);
}

TEST_F(KvTransferTest, TransfersWithCutsLoseNothingAndGetNowhereStuck) {
  const std::uint64_t rounds = number_from_environment("BUOYANT_TRANSFER_ROUNDS", 8);
  const milliseconds every(number_from_environment("BUOYANT_TRANSFER_MS", 600));
  std::map<std::string, std::uint64_t> outcomes;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const Deadline next = within(every);
    const bool is_cut_before = draw(0, 1) == 0;
    if (is_cut_before) {
      cut_something(cluster_, ids_);
      rest(milliseconds(draw(0, 200)));
    }
    const std::string reply = transfer();
    ASSERT_NE(reply, "") << "round " << round << described(cluster_);
    ++outcomes[reply.substr(0, reply.find(' '))];
    if (!is_cut_before) {
      cut_something(cluster_, ids_);
      rest(milliseconds(draw(0, 200)));
    }
    heal(cluster_, ids_);
    ASSERT_TRUE(load_.wait_acknowledged(20, soon())) << "round " << round << described(cluster_);
    rest(next - Clock::now());
  }

  EXPECT_GT(outcomes["+OK"], 0U);
  expect_sound(cluster_, load_, ids_);
  for (const auto& [outcome, count] : outcomes) {
    std::cout << count << " transfers: " << outcome << "\n";
  }
}

}  // namespace buoyant::process
