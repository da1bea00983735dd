// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/tools/ctl/cluster.h"
#include "tools/ctl/findings.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::ctl::diagnosis_peers_test {

using testing_support::peer_patch;
using testing_support::sentences;
using testing_support::server;

using Texts = std::vector<std::string>;

/// What is said when the leader says this of server 3, and server 3 that of itself.
Texts said_of(const std::string& by_leader, const std::string& by_itself = "{}") {
  return sentences({server(1, peer_patch(1, 3, by_leader)), server(2), server(3, by_itself)});
}

TEST(CtlDiagnosisPeersTest, WhoIsBehindHasASlowDisk) {
  EXPECT_EQ(
      said_of(R"({"lag": 1200000})", R"({"storage": {"recent_write_ms": 12}})"),
      (Texts{"warning: server 3 is 1.2 million entries behind: its disk needs 12 ms per write"}));
}

TEST(CtlDiagnosisPeersTest, OrHasALongWay) {
  EXPECT_EQ(
      said_of(R"({"lag": 12000, "acknowledgement_ms": 320})"),
      (Texts{"warning: server 3 is 12,000 entries behind: it takes 320 ms to acknowledge what "
             "it is sent"}));
}

TEST(CtlDiagnosisPeersTest, OrNoSpace) {
  const Texts texts = said_of(R"({"lag": 12000})", R"({"space": "low"})");

  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts[1], "warning: server 3 is 12,000 entries behind: its disk is nearly full");
}

TEST(CtlDiagnosisPeersTest, OrIsSentASnapshot) {
  const std::string snapshot = R"("snapshot": {"sent": 1048576, "bytes": 4194304}})";

  EXPECT_EQ(
      said_of(R"({"lag": 12000, )" + snapshot),
      (Texts{"warning: server 3 is 12,000 entries behind: it is being sent a snapshot, 1.0 MiB "
             "of 4.0 MiB so far"}));
  EXPECT_EQ(said_of(R"({"lag": 10, )" + snapshot),
            (Texts{"note: server 3 is being sent a snapshot, 1.0 MiB of 4.0 MiB so far"}));
}

TEST(CtlDiagnosisPeersTest, OrNobodyKnows) {
  EXPECT_EQ(said_of(R"({"lag": 12000})"), (Texts{"warning: server 3 is 12,000 entries behind"}));
  EXPECT_EQ(said_of(R"({"lag": 10000})"), Texts{});
}

TEST(CtlDiagnosisPeersTest, OnlyTheLeaderKnowsWhoIsBehind) {
  EXPECT_EQ(sentences({server(1), server(2, peer_patch(2, 3, R"({"lag": 12000})")), server(3)}),
            Texts{});
}

TEST(CtlDiagnosisPeersTest, ANewVoterLearnsFirst) {
  EXPECT_EQ(said_of(R"({"catch_up": {"round": 2, "goal": 500}})"),
            (Texts{"note: server 3 learns the log before it may vote (round 2)"}));
}

TEST(CtlDiagnosisPeersTest, ARefusalComesWithItsReason) {
  EXPECT_EQ(
      said_of(R"({"connected": false, "refused": "its data directory is another one"})"),
      (Texts{"critical: server 1 does not admit server 3: its data directory is another one"}));
}

TEST(CtlDiagnosisPeersTest, ServersThatAnswerUsMayBeSilentToTheLeader) {
  EXPECT_EQ(
      said_of(R"({"silent_ms": 2500})"),
      (Texts{"warning: server 3 answers here, but the leader has heard nothing of it for 2.5 s"}));
  EXPECT_EQ(said_of(R"({"silent_ms": 1500})"), Texts{});
}

TEST(CtlDiagnosisPeersTest, ServersThatAnswerUsMayNotReachEachOther) {
  EXPECT_EQ(said_of(R"({"connected": false, "trouble": "no answer"})"),
            (Texts{"warning: server 1 has no connection to server 3: no answer"}));
}

}  // namespace buoyant::ctl::diagnosis_peers_test
