// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/tools/ctl/cluster.h"
#include "tools/ctl/findings.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace buoyant::ctl::diagnosis_cluster_test {

using testing_support::peer_patch;
using testing_support::sentences;
using testing_support::server;

using Texts = std::vector<std::string>;

const std::string kNoLeader = R"({"role": "candidate", "leader": 0})";

ServerView silent(std::uint64_t id) {
  return silent_server("10.0.0." + std::to_string(id) + ":9100", "Connection refused");
}

TEST(CtlDiagnosisClusterTest, AHealthyClusterHasNothingToTell) {
  EXPECT_EQ(sentences({server(1), server(2), server(3)}), Texts{});
}

TEST(CtlDiagnosisClusterTest, NobodyMayAnswer) {
  EXPECT_EQ(sentences({silent(1)}),
            (Texts{"critical: no server answered",
                   "warning: 10.0.0.1:9100 is not reached: Connection refused"}));
}

TEST(CtlDiagnosisClusterTest, AServerThatIsNotReachedIsTheOneThatIsMissing) {
  const std::string lost = peer_patch(
      1, 3,
      R"({"connected": false, "trouble": "connection refused", "silent_ms": 65000, "lag": 0})");

  EXPECT_EQ(sentences({server(1, lost), server(2), silent(3)}),
            (Texts{"warning: 10.0.0.3:9100 is not reached: Connection refused",
                   "warning: 2 of 3 voters are up, and 2 are needed: one more that fails stops the "
                   "cluster",
                   "warning: server 3 (10.0.0.3:7001) gave no status; the leader has no connection "
                   "to it: connection refused, and last heard of it 1 minute ago"}));
}

TEST(CtlDiagnosisClusterTest, AMemberThatNobodyAskedIsNoTrouble) {
  EXPECT_EQ(sentences({server(1), server(2)}),
            (Texts{"note: server 3 (10.0.0.3:7001) gave no status; the leader hears of it: "
                   "its endpoint is missing here, or is another one"}));
}

TEST(CtlDiagnosisClusterTest, AServerThatHangsKeepsItsConnection) {
  const std::string hangs = peer_patch(1, 3, R"({"silent_ms": 2500})");

  EXPECT_EQ(
      sentences({server(1, hangs), server(2)}),
      (Texts{"warning: 2 of 3 voters are up, and 2 are needed: one more that fails stops the "
             "cluster",
             "warning: server 3 (10.0.0.3:7001) gave no status; the leader is connected to it, "
             "but hears nothing: it hangs, and last heard of it 2.5 s ago"}));
}

TEST(CtlDiagnosisClusterTest, WithoutAMajorityThereIsNoLeader) {
  const Texts texts = sentences({server(1, kNoLeader), silent(2), silent(3)});

  EXPECT_EQ(
      texts.front(),
      "critical: no server leads, nothing is committed: 2 of 3 voters are needed, and servers "
      "2 and 3 did not answer or take no part");
}

TEST(CtlDiagnosisClusterTest, WithDisksThatHangThereIsNoLeader) {
  const std::string hangs =
      R"({"role": "follower", "leader": 0, "storage": {"oldest_write_ms": 4000}})";

  EXPECT_EQ(
      sentences({server(1, hangs), server(2, hangs), server(3, kNoLeader)}).front(),
      "critical: no server leads, nothing is committed: the disks of servers 1 and 2 hang, and "
      "without a vote on disk there is none");
}

TEST(CtlDiagnosisClusterTest, ServersThatDoNotReachEachOtherHaveNoLeader) {
  const std::string alone = R"({"role": "candidate", "leader": 0, "peers": [
      {"id": 1, "connected": false}, {"id": 2, "connected": false}, {"id": 3, "connected": false}]})";

  EXPECT_EQ(sentences({server(1, alone), server(2, alone), server(3, alone)}).front(),
            "critical: no server leads, nothing is committed: servers 1, 2 and 3 cannot reach a "
            "majority of the voters");
}

TEST(CtlDiagnosisClusterTest, AnElectionMayBeUnderWay) {
  EXPECT_EQ(sentences({server(1, kNoLeader), server(2, kNoLeader), server(3, kNoLeader)}),
            (Texts{"critical: no server leads, nothing is committed: an election is under way; if "
                   "this stays so, look at the trace"}));
}

TEST(CtlDiagnosisClusterTest, ServersWithoutMembersWaitForTheFirst) {
  EXPECT_EQ(
      sentences({server(1, R"({"role": "follower", "leader": 0, "members": [], "peers": []})")}),
      (Texts{"critical: no server leads, nothing is committed: no server has members yet: "
             "begin with --member, or add it"}));
}

TEST(CtlDiagnosisClusterTest, AnOldLeaderDoesNotKnowYet) {
  EXPECT_EQ(
      sentences({server(1, R"({"term": 2})"), server(2, R"({"role": "leader"})"), server(3)}),
      (Texts{"warning: server 1 still says that it leads, in term 2; server 2 leads term 3"}));
}

TEST(CtlDiagnosisClusterTest, TwoLeadersOfATermMustNeverBe) {
  EXPECT_EQ(
      sentences({server(1), server(2, R"({"role": "leader"})"), server(3)}).front(),
      "critical: servers 1 and 2 both say that they lead term 3: this must never be, keep their "
      "data and logs");
}

TEST(CtlDiagnosisClusterTest, DifferentClustersAreNotLookedAtTogether) {
  EXPECT_EQ(sentences({server(1), server(2, R"({"cluster": "other"})")}).front(),
            "critical: these are servers of different clusters: server 1: \"demo\"; server 2: "
            "\"other\"");
}

TEST(CtlDiagnosisClusterTest, AnIdIsThereOnce) {
  ServerView copy = server(2);
  copy.endpoint = "10.0.0.9:9100";

  EXPECT_EQ(sentences({server(1), server(2), server(3), copy}),
            (Texts{"critical: 10.0.0.2:9100 and 10.0.0.9:9100 both say that they are server 2"}));
}

TEST(CtlDiagnosisClusterTest, TheListsOfMembersMayDiffer) {
  const std::string old = R"({"members": [{"id": 1, "address": "a:1", "role": "voter"},
                                          {"id": 3, "address": "c:1", "role": "learner"}]})";

  EXPECT_EQ(
      sentences({server(1), server(2), server(3, old)}),
      (Texts{"warning: servers have different lists of members: a change has not reached all of "
             "them: servers 1 and 2: 1, 2, 3; server 3: 1, 3 (learner)"}));
}

TEST(CtlDiagnosisClusterTest, AChangeMayBeUnderWay) {
  const std::string joint = R"({"configuration": {"outgoing": [
      {"id": 1, "address": "a:1", "role": "voter"}]}, "transfer_target": 2})";

  EXPECT_EQ(sentences({server(1, joint), server(2), server(3)}),
            (Texts{"note: leadership is being handed over to server 2",
                   "note: a change of members is under way, from 1 to 1, 2, 3"}));
}

TEST(CtlDiagnosisClusterTest, AnEvenNumberOfVotersIsNoGain) {
  const std::string two = R"({"members": [{"id": 1, "address": "a:1", "role": "voter"},
                                          {"id": 2, "address": "b:1", "role": "voter"}]})";

  EXPECT_EQ(sentences({server(1, two), server(2, two)}),
            (Texts{"note: 2 voters stand as many failures as 1"}));
}

TEST(CtlDiagnosisClusterTest, VersionsAndTlsMayBeMixed) {
  EXPECT_EQ(
      sentences({server(1), server(2, R"({"version": "2", "tls": {"expires_in": 99999999}})"),
                 server(3, R"({"version": null})")}),
      (Texts{"critical: servers with and without TLS do not talk to each other: server 2: TLS; "
             "servers 1 and 3: in the clear",
             "note: versions are mixed: server 1: 1; server 2: 2; server 3: unknown"}));
}

TEST(CtlDiagnosisClusterTest, TheWorstIsToldFirst) {
  const std::vector<Finding> findings = diagnose(
      {server(1, R"({"transfer_target": 2})"), server(2, R"({"faulted": "a", "role": "faulted"})"),
       server(3, R"({"snapshots": {"trouble": "t"}})")});

  ASSERT_EQ(findings.size(), 4U);
  EXPECT_EQ(findings[0].severity, Severity::kCritical);
  EXPECT_EQ(findings[0].server, 2U);
  EXPECT_EQ(findings[1].severity, Severity::kWarning);
  EXPECT_EQ(findings[1].server, 0U);
  EXPECT_EQ(findings[2].server, 3U);
  EXPECT_EQ(findings[3].severity, Severity::kNote);
}

}  // namespace buoyant::ctl::diagnosis_cluster_test
