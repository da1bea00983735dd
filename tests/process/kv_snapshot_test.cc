// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A follower that was away until the log it needs was purged gets a snapshot, and is killed at
/// 10, 50 and 90 % of it.
///
/// BUOYANT_SNAPSHOT_ROUNDS=20 BUOYANT_SNAPSHOT_MIB=64 makes the long run of it,
/// BUOYANT_PROCESS_SEED another one.

#include "tests/process/kv_cluster_fixture.h"
#include "tests/process/kv_filler.h"
#include "tests/process/snapshot_files.h"

#include <algorithm>
#include <optional>

namespace buoyant::process {

class KvInstallationTest : public KvClusterFixture {
 protected:
  /// Small writes alone do not reach the bound while an installation lasts: no newer snapshot
  /// takes the place of the one that is being sent.
  KvClusterOptions with_snapshots(KvClusterOptions options) const {
    options.flags.insert(options.flags.end(),
                         {"--snapshot-bytes", std::to_string(mebibytes_ << 19U)});
    return options;
  }

  void SetUp() override {
    cluster_.start_voters();
    ASSERT_NE(cluster_.wait_leader(soon()), 0U) << described(cluster_);
    load_.start();
    ASSERT_TRUE(load_.wait_acknowledged(50, soon()));
  }

  std::uint64_t some_follower() {
    const std::uint64_t leader = cluster_.wait_leader(soon());
    return (leader + draw(0, 1)) % ids_.size() + 1;
  }

  /// Writes until the leader has no longer what comes after `last`.
  bool purge_log_after(std::uint64_t last) {
    constexpr std::size_t kValueBytes = std::size_t{16} << 10U;
    const std::uint64_t keys = mebibytes_ * (std::uint64_t{1} << 20U) / kValueBytes;
    return wait_until(within(seconds(120)), [&] {
      const std::uint64_t leader = cluster_.wait_leader(soon());
      if (leader == 0 ||
          !fill(cluster_.client_port(leader), "fill", keys, kValueBytes, within(seconds(60)))) {
        return false;
      }
      cluster_.server(leader).ask_shown({"RAFT.SNAPSHOT"}, soon());
      const auto status = cluster_.server(leader).status(soon());
      return status && status->first > last + 1;
    });
  }

  /// The largest of the others' snapshots: about what the follower will get.
  std::uint64_t expected_bytes(std::uint64_t follower) {
    std::uint64_t bytes = 0;
    for (const std::uint64_t id : ids_) {
      const std::string path = cluster_.server(id).data_path();
      bytes = id == follower ? bytes : std::max(bytes, snapshot_bytes(path));
    }
    return bytes;
  }

  /// Waits until so many percent came, and kills. Gives the fewest bytes that were there
  /// meanwhile; nothing: it did not come to that.
  std::optional<std::uint64_t> kill_at(std::uint64_t percent, std::uint64_t follower,
                                       std::uint64_t expected) {
    KvServer& server = cluster_.server(follower);
    std::uint64_t fewest = incoming_bytes(server.data_path());
    const bool has_come = wait_until(within(seconds(60)), [&] {
      const std::uint64_t bytes = incoming_bytes(server.data_path());
      fewest = std::min(fewest, bytes);
      return bytes * 100 >= expected * percent;
    });
    server.kill();
    return has_come ? std::optional(fewest) : std::nullopt;
  }

  const std::vector<std::uint64_t> ids_ = {1, 2, 3};
  const std::uint64_t mebibytes_ = number_from_environment("BUOYANT_SNAPSHOT_MIB", 8);
  KvCluster cluster_{with_snapshots(with_wires(cluster_options(3)))};
  KvLoad load_{load_options(200), ports_of(cluster_, ids_)};
};

TEST_F(KvInstallationTest, AFollowerKilledDuringItsInstallationGoesOnWhereItWas) {
  const std::uint64_t rounds = number_from_environment("BUOYANT_SNAPSHOT_ROUNDS", 1);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const std::uint64_t follower = some_follower();
    KvServer& server = cluster_.server(follower);
    const auto before = server.status(soon());
    ASSERT_TRUE(before);
    server.kill();
    ASSERT_TRUE(purge_log_after(before->last)) << described(cluster_);
    const std::uint64_t expected = expected_bytes(follower);
    ASSERT_GT(expected, mebibytes_ << 19U) << "no snapshot of the size of the state";

    // So slow that an installation takes some seconds.
    cluster_.limit_wires(follower, expected / 4);
    std::uint64_t came = 0;
    for (const std::uint64_t percent : {10U, 50U, 90U}) {
      server.start();
      const auto fewest = kill_at(percent, follower, expected);
      ASSERT_TRUE(fewest) << percent << " % of " << expected << described(cluster_);
      // What was not flushed may be gone.
      EXPECT_GE(*fewest, came / 2) << "it began from the start";
      came = incoming_bytes(server.data_path());
      std::cout << "killed with " << came << " of " << expected << " bytes, never fewer than "
                << *fewest << "\n";
    }
    cluster_.limit_wires(follower, 0);
    server.start();

    EXPECT_TRUE(wait_until(within(seconds(60)), [&] {
      const auto status = server.status(soon());
      return status && status->applied > before->last && status->snapshot > before->last;
    })) << described(cluster_);
    EXPECT_TRUE(load_.wait_acknowledged(50, soon()));
  }

  expect_sound(cluster_, load_, ids_);
}

}  // namespace buoyant::process
