// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The status of a node as JSON.

#include "buoyant/report.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>

namespace buoyant::status_json_test {

class StatusJsonTest : public ::testing::Test {
 protected:
  void SetUp() override {
    status_.id = ServerId(1);
    status_.cluster = "demo";
    status_.standing = {core::Role::kLeader, Term(3), ServerId(1), core::Cause::kElectionWon};
    status_.configuration.members = {{ServerId(1), "127.0.0.1:7001"},
                                     {ServerId(2), "127.0.0.1:7002"}};
    status_.first = Index(1);
    status_.last = {Term(3), Index(9)};
    status_.durable = Index(8);
    status_.commit = Index(7);
    status_.applied = Index(6);
    PeerStatus peer;
    peer.id = ServerId(2);
    peer.match = Index(7);
    peer.link.connected = true;
    status_.peers = {peer};
    status_.storage.bytes_file = 65536;
  }

  [[nodiscard]] nlohmann::json read() const { return nlohmann::json::parse(status_json(status_)); }

  NodeStatus status_;
};

TEST_F(StatusJsonTest, ItSaysWhereTheServerStands) {
  const auto json = read();

  EXPECT_EQ(json["id"], 1);
  EXPECT_EQ(json["cluster"], "demo");
  EXPECT_EQ(json["role"], "leader");
  EXPECT_EQ(json["term"], 3);
  EXPECT_EQ(json["leader"], 1);
  EXPECT_EQ(json["first"], 1);
  EXPECT_EQ(json["last"], 9);
  EXPECT_EQ(json["durable"], 8);
  EXPECT_EQ(json["commit"], 7);
  EXPECT_EQ(json["applied"], 6);
  EXPECT_EQ(json["db"], 65536);
  EXPECT_TRUE(json["faulted"].is_null());
}

TEST_F(StatusJsonTest, ItSaysWhenTheCertificateExpires) {
  EXPECT_TRUE(read()["tls"].is_null());

  status_.transport.secure_until = std::chrono::system_clock::time_point(std::chrono::hours(1));
  EXPECT_EQ(read()["tls"]["expires"], 3600);
  EXPECT_LT(read()["tls"]["expires_in"], 0);
}

TEST_F(StatusJsonTest, ItCountsTroublesByTheirReason) {
  EXPECT_EQ(read()["troubles"], nlohmann::json::object());

  status_.transport.troubles = {{"it sends what is no TLS", 3}};
  EXPECT_EQ(read()["troubles"]["it sends what is no TLS"], 3);
}

TEST_F(StatusJsonTest, ItSaysWhetherSpaceIsLow) {
  EXPECT_EQ(read()["space"], "enough");

  status_.storage.space = SpaceState::kLow;
  EXPECT_EQ(read()["space"], "low");
}

TEST_F(StatusJsonTest, MembersAndPeersAreLists) {
  const auto json = read();

  ASSERT_EQ(json["members"].size(), 2U);
  EXPECT_EQ(json["members"][1]["address"], "127.0.0.1:7002");
  EXPECT_EQ(json["members"][1]["role"], "voter");
  ASSERT_EQ(json["peers"].size(), 1U);
  EXPECT_EQ(json["peers"][0]["match"], 7);
  EXPECT_EQ(json["peers"][0]["connected"], true);
}

TEST_F(StatusJsonTest, APreCandidateIsACandidateAndAFaultedServerFaulted) {
  status_.standing.role = core::Role::kPreCandidate;
  EXPECT_EQ(read()["role"], "candidate");

  status_.faulted = "the disk failed";
  EXPECT_EQ(read()["role"], "faulted");
  EXPECT_EQ(read()["faulted"], "the disk failed");
  EXPECT_EQ(read()["to_do"], kFaultAdvice);
}

TEST_F(StatusJsonTest, ItSaysHowTheDiskIs) {
  status_.storage.oldest_write_age = std::chrono::milliseconds(1500);
  status_.snapshots.trouble = "the disk is full";

  EXPECT_EQ(read()["storage"]["failed"], false);
  EXPECT_EQ(read()["storage"]["oldest_write_ms"], 1500);
  EXPECT_EQ(read()["snapshots"]["trouble"], "the disk is full");
}

TEST_F(StatusJsonTest, ItSaysWhatTheScrubFound) {
  EXPECT_TRUE(read()["storage"]["scrub"].is_null());

  status_.storage.scrub.enabled = true;
  status_.storage.scrub.bytes = 7000;
  EXPECT_TRUE(read()["storage"]["scrub"]["last_pass_age_ms"].is_null());
  EXPECT_TRUE(read()["storage"]["scrub"]["damage"].is_null());

  status_.storage.scrub.passes = 2;
  status_.storage.scrub.last_pass_age = std::chrono::seconds(3);
  status_.storage.scrub.damage = {.what = "the log fails its checks from index", .at = 17};
  const auto scrub = read()["storage"]["scrub"];
  EXPECT_EQ(scrub["bytes"], 7000);
  EXPECT_EQ(scrub["passes"], 2);
  EXPECT_EQ(scrub["last_pass_age_ms"], 3000);
  EXPECT_EQ(scrub["damage"], "the log fails its checks from index 17");
  EXPECT_EQ(scrub["to_do"], kDamageAdvice);
}

TEST_F(StatusJsonTest, AServerWithoutAVoteIsALearnerOrRemoved) {
  status_.standing.role = core::Role::kFollower;
  status_.configuration.members[0].role = MemberRole::kLearner;
  EXPECT_EQ(read()["role"], "learner");
  EXPECT_EQ(read()["members"][0]["role"], "learner");

  status_.removed = true;
  EXPECT_EQ(read()["role"], "removed");
}

TEST_F(StatusJsonTest, WhoIsLeftOutIsNotRemovedBeforeThatIsCommitted) {
  status_.standing.role = core::Role::kFollower;
  status_.configuration.members.erase(status_.configuration.members.begin());
  EXPECT_EQ(read()["role"], "follower");

  status_.removed = true;
  EXPECT_EQ(read()["role"], "removed");
}

TEST_F(StatusJsonTest, AServerThatWaitsToBeAddedSaysWhoDoesNotAdmitIt) {
  EXPECT_TRUE(read()["refused"].is_null());

  status_.refused_by = ServerId(2);
  status_.refused = "remove it and add it again";
  EXPECT_EQ(read()["refused"], "peer 2: remove it and add it again");
}

TEST_F(StatusJsonTest, AServerThatWaitsToBeAddedIsAFollower) {
  status_.standing.role = core::Role::kFollower;
  status_.configuration.members.clear();

  EXPECT_EQ(read()["role"], "follower");
}

TEST_F(StatusJsonTest, WhoLeadsWhileItIsBeingRemovedLeads) {
  status_.configuration.members.erase(status_.configuration.members.begin());
  EXPECT_EQ(read()["role"], "leader");

  status_.removed = true;
  EXPECT_EQ(read()["role"], "leader");
}

TEST_F(StatusJsonTest, ItSaysHowFarPeersAreOnlyWhereThatIsKnown) {
  status_.peers[0].acknowledgement = std::chrono::milliseconds(40);
  EXPECT_EQ(read()["peers"][0]["lag"], 2);
  EXPECT_EQ(read()["peers"][0]["state"], "probe");
  EXPECT_EQ(read()["peers"][0]["acknowledgement_ms"], 40);

  status_.standing.role = core::Role::kFollower;
  EXPECT_TRUE(read()["peers"][0]["lag"].is_null());
}

TEST_F(StatusJsonTest, LatenciesAreToldWhenTheyAreGiven) {
  EXPECT_FALSE(read().contains("latencies"));

  Latencies latencies;
  latencies.storage_write.record(std::chrono::milliseconds(40), 3);
  latencies.storage_write.record(std::chrono::milliseconds(80));
  const auto json = nlohmann::json::parse(status_json(status_, latencies))["latencies"];
  EXPECT_EQ(json["storage_write"]["count"], 4);
  EXPECT_NEAR(json["storage_write"]["p50_ms"].get<double>(), 40, 2.5);
  EXPECT_EQ(json["storage_write"]["p99_ms"], 80);
  EXPECT_EQ(json["storage_write"]["max_ms"], 80);
  EXPECT_EQ(json["storage_write"]["mean_ms"], 50);
  EXPECT_EQ(json["total"]["count"], 0);
  EXPECT_EQ(json.size(), 7U);
}

TEST_F(StatusJsonTest, ItIsOneLineWhateverTheClusterIsCalled) {
  status_.cluster = "two\nlines \xff\"";

  EXPECT_EQ(status_json(status_).find('\n'), std::string::npos);
  EXPECT_FALSE(read()["cluster"].get<std::string>().empty());
}

}  // namespace buoyant::status_json_test
