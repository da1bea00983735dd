// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Random schedules over a few cores: loss, duplication, reordering, late writes, crashes, full
// disks and snapshots, with the properties of Figure 3.2 checked after every step.

#include "tests/support/core_cluster.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace buoyant::core::random_cluster_test {

using core_cluster::Cluster;
using core_cluster::Options;
using core_cluster::Server;

struct Rates {
  std::uint64_t drop = 5;
  std::uint64_t duplicate = 3;
  std::uint64_t crash = 1;
  std::uint64_t disk_full = 0;
  std::uint64_t change = 0;
  std::uint64_t snapshot = 0;
};

/// What came of some schedules.
struct Counts {
  std::size_t committed = 0;
  std::size_t configurations = 0;
  std::size_t snapshots_taken = 0;
  std::size_t snapshots_installed = 0;
};

/// Any of the servers, each as a voter, a learner or not at all.
std::vector<Member> draw_members(const Cluster& cluster, Random& random) {
  std::vector<Member> members;
  for (std::size_t i = 1; i <= cluster.size(); ++i) {
    const std::uint64_t role = random.next() % 4;
    if (role < 3) {
      members.push_back({.id = ServerId(i),
                         .address = random.next() % 4 == 0 ? "elsewhere" : "s",
                         .role = role < 2 ? MemberRole::kVoter : MemberRole::kLearner});
    }
  }
  return members;
}

/// One step of the schedule.
void step(Cluster& cluster, Random& random, const Rates& rates) {
  Server& server = cluster.server(random.next() % cluster.size());
  const std::uint64_t chance = random.next() % 1000;
  if (chance < rates.crash) {
    cluster.crash(server, random.next() % 4);
    return;
  }
  if (chance < rates.crash + rates.disk_full) {
    server.disk_full = !server.disk_full;
    return;
  }
  if (chance < rates.crash + rates.disk_full + rates.change) {
    // Mostly refused: it does not lead, nobody votes, or another change is under way.
    (void)cluster.change_membership(server, draw_members(cluster, random));
    return;
  }
  if (chance < rates.crash + rates.disk_full + rates.change + rates.snapshot) {
    (void)cluster.take_snapshot(server, random.next() % 4);
    return;
  }
  if (rates.snapshot != 0 && random.next() % 8 == 0) {
    cluster.complete_file(server, random.next() % 2);
    return;
  }
  switch (random.next() % 8) {
    case 0:
      cluster.elapse(std::chrono::milliseconds(random.next() % 60));
      break;
    case 1:
      // Mostly refused, for it leads seldom.
      if (random.next() % 16 == 0) {
        (void)cluster.transfer(server, ServerId(random.next() % (cluster.size() + 1)));
      } else {
        (void)cluster.propose(server);
      }
      break;
    case 2:
      cluster.complete_write(server);
      break;
    case 3:
    case 4:
      cluster.turn(server);
      break;
    default:
      if (cluster.packets().empty()) {
        break;
      }
      // Mostly in order, sometimes any.
      const std::size_t at = random.next() % 4 == 0 ? random.next() % cluster.packets().size() : 0;
      const std::uint64_t fate = random.next() % 100;
      if (fate < rates.drop) {
        cluster.drop(at);
      } else {
        if (fate < rates.drop + rates.duplicate) {
          cluster.duplicate(at);
        }
        cluster.deliver(at);
      }
  }
}

/// Why a server is behind, for the message of a failure.
std::string describe(Cluster& cluster, std::size_t behind) {
  std::string text = "server " + std::to_string(behind + 1) + " did not catch up after healing;";
  for (std::size_t i = 0; i < cluster.size(); ++i) {
    const Raft& raft = *cluster.server(i).raft;
    text += " [" + std::to_string(i + 1) + " " + role_name(raft.standing().role) + " term " +
            std::to_string(raft.standing().term.value()) + " last " +
            std::to_string(raft.last().index.value()) + " durable " +
            std::to_string(raft.durable_index().value()) + " commit " +
            std::to_string(raft.commit_index().value()) + " log " +
            std::to_string(cluster.server(i).log.size());
    const ConfigurationAt& at = raft.configuration();
    text += " members at " + std::to_string(at.index.value());
    for (const auto* half : {&at.configuration.members, &at.configuration.outgoing}) {
      text += half == &at.configuration.outgoing ? " from" : "";
      for (const Member& member : *half) {
        text +=
            (member.role == MemberRole::kVoter ? " " : " +") + std::to_string(member.id.value());
      }
    }
    for (const PeerProgress& peer : raft.progress()) {
      text += std::string(" ") + progress_name(peer.state) + " match " +
              std::to_string(peer.match.value()) + " next " + std::to_string(peer.next.value());
    }
    text += "]";
  }
  return text;
}

/// Runs one seed; the empty string when nothing was violated and the cluster came to rest.
std::string run(std::uint64_t seed, std::size_t servers, const Rates& rates, int steps,
                Counts& counts) {
  Random random(seed);
  const std::size_t spares = rates.change == 0 ? 0 : 3;
  Cluster cluster({.servers = servers, .spares = spares, .seed = seed, .slow_files = true});
  for (int i = 0; i < steps && cluster.violation().empty(); ++i) {
    step(cluster, random, rates);
  }
  for (std::size_t i = 0; i < cluster.size(); ++i) {
    cluster.server(i).disk_full = false;
  }
  cluster.run_well_for(std::chrono::seconds(12));
  if (cluster.violation().empty()) {
    Server* leader = cluster.leader();
    if (leader == nullptr) {
      return describe(cluster, cluster.size()) + ": no leader after healing";
    }
    EXPECT_TRUE(cluster.propose(*leader).has_value());
    cluster.run_well_for(std::chrono::milliseconds(500));
    cluster.check_logs();
    const Configuration& members = leader->raft->configuration().configuration;
    if (members.is_joint() || members != leader->raft->committed_configuration().configuration) {
      return "a change of membership does not end";
    }
    for (std::size_t i = 0; i < cluster.size(); ++i) {
      const Server& server = cluster.server(i);
      if (members.find(server.id) == nullptr) {
        continue;
      }
      if (server.applied != leader->raft->last().index || server.log != leader->log) {
        return describe(cluster, i);
      }
    }
  }
  counts.committed += cluster.ledger().size();
  counts.configurations += cluster.committed_configurations();
  counts.snapshots_taken += cluster.snapshots_taken();
  counts.snapshots_installed += cluster.snapshots_installed();
  return cluster.violation();
}

/// BUOYANT_SEEDS=N multiplies the number of seeds, for a long run.
std::uint64_t seed_factor() {
  const char* factor = std::getenv("BUOYANT_SEEDS");
  return factor == nullptr ? 1 : std::strtoull(factor, nullptr, 10);
}

void run_seeds(std::uint64_t first, std::uint64_t count, std::size_t servers, const Rates& rates) {
  Counts counts;
  count *= seed_factor();
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const std::string violation = run(seed, servers, rates, 4000, counts);
    ASSERT_EQ(violation, "") << "seed " << seed << ", servers " << servers;
  }
  // A schedule in which nothing happens would prove nothing.
  EXPECT_GT(counts.committed, count * 5);
  EXPECT_GT(counts.configurations, rates.change == 0 ? 0 : count * 3);
  EXPECT_GE(counts.snapshots_taken, rates.snapshot == 0 ? 0 : count * 3);
  EXPECT_GE(counts.snapshots_installed, rates.snapshot == 0 || servers == 1 ? 0 : count / 2);
}

TEST(RandomClusterTest, OneServerKeepsWhatItCommitted) {
  run_seeds(1, 10, 1, {.drop = 5, .duplicate = 3, .crash = 5, .disk_full = 0});
}

TEST(RandomClusterTest, TwoServersStaySafe) {
  run_seeds(10000, 5, 2, {.drop = 5, .duplicate = 3, .crash = 1, .disk_full = 0});
}

TEST(RandomClusterTest, ThreeServersStaySafeUnderLossAndCrashes) {
  run_seeds(20000, 15, 3, {.drop = 5, .duplicate = 3, .crash = 1, .disk_full = 0});
}

TEST(RandomClusterTest, ThreeServersStaySafeUnderHeavyLoss) {
  run_seeds(30000, 10, 3, {.drop = 30, .duplicate = 30, .crash = 3, .disk_full = 0});
}

TEST(RandomClusterTest, FourServersStaySafe) {
  run_seeds(40000, 5, 4, {.drop = 5, .duplicate = 3, .crash = 1, .disk_full = 0});
}

TEST(RandomClusterTest, FiveServersStaySafe) {
  run_seeds(50000, 6, 5, {.drop = 8, .duplicate = 5, .crash = 2, .disk_full = 0});
}

TEST(RandomClusterTest, ThreeServersStaySafeWithFullDisks) {
  run_seeds(60000, 15, 3, {.drop = 5, .duplicate = 3, .crash = 1, .disk_full = 3});
}

TEST(RandomClusterTest, MembersChangeSafely) {
  run_seeds(70000, 15, 3, {.drop = 5, .duplicate = 3, .crash = 1, .disk_full = 0, .change = 10});
}

TEST(RandomClusterTest, MembersChangeSafelyUnderHeavyLossAndFullDisks) {
  run_seeds(80000, 10, 3, {.drop = 20, .duplicate = 20, .crash = 3, .disk_full = 1, .change = 20});
}

TEST(RandomClusterTest, OneServerBecomesMany) {
  run_seeds(90000, 10, 1, {.drop = 5, .duplicate = 3, .crash = 1, .disk_full = 0, .change = 20});
}

TEST(RandomClusterTest, OneServerKeepsWhatItsSnapshotsCover) {
  run_seeds(100000, 5, 1, {.crash = 5, .snapshot = 40});
}

TEST(RandomClusterTest, ThreeServersStaySafeWithSnapshots) {
  run_seeds(110000, 15, 3, {.drop = 30, .duplicate = 10, .crash = 3, .snapshot = 30});
}

TEST(RandomClusterTest, FiveServersStaySafeWithSnapshotsAndFullDisks) {
  run_seeds(120000, 6, 5,
            {.drop = 15, .duplicate = 10, .crash = 2, .disk_full = 2, .snapshot = 15});
}

TEST(RandomClusterTest, MembersChangeSafelyWithSnapshots) {
  run_seeds(130000, 10, 3, {.drop = 10, .duplicate = 5, .crash = 2, .change = 20, .snapshot = 10});
}

}  // namespace buoyant::core::random_cluster_test
