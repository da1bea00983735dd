// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The status of a node as JSON.

#include "examples/common/status_line.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>

namespace example {

class StatusLineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    using buoyant::Index;
    using buoyant::ServerId;
    using buoyant::Term;
    status_.id = ServerId(1);
    status_.cluster = "demo";
    status_.standing = {buoyant::core::Role::kLeader, Term(3), ServerId(1),
                        buoyant::core::Cause::kElectionWon};
    status_.configuration.members = {{ServerId(1), "127.0.0.1:7001"},
                                     {ServerId(2), "127.0.0.1:7002"}};
    status_.first = Index(1);
    status_.last = {Term(3), Index(9)};
    status_.durable = Index(8);
    status_.commit = Index(7);
    status_.applied = Index(6);
    buoyant::PeerStatus peer;
    peer.id = ServerId(2);
    peer.match = Index(7);
    peer.link.connected = true;
    status_.peers = {peer};
    status_.storage.bytes_file = 65536;
  }

  [[nodiscard]] nlohmann::json read() const { return nlohmann::json::parse(status_line(status_)); }

  buoyant::NodeStatus status_;
};

TEST_F(StatusLineTest, ItSaysWhereTheServerStands) {
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

TEST_F(StatusLineTest, ItSaysWhenTheCertificateExpires) {
  EXPECT_TRUE(read()["tls"].is_null());

  status_.transport.secure_until = std::chrono::system_clock::time_point(std::chrono::hours(1));
  EXPECT_EQ(read()["tls"]["expires"], 3600);
  EXPECT_LT(read()["tls"]["expires_in"], 0);
}

TEST_F(StatusLineTest, ItCountsTroublesByTheirReason) {
  EXPECT_EQ(read()["troubles"], nlohmann::json::object());

  status_.transport.troubles = {{"it sends what is no TLS", 3}};
  EXPECT_EQ(read()["troubles"]["it sends what is no TLS"], 3);
}

TEST_F(StatusLineTest, ItSaysWhetherSpaceIsLow) {
  EXPECT_EQ(read()["space"], "enough");

  status_.storage.space = buoyant::SpaceState::kLow;
  EXPECT_EQ(read()["space"], "low");
}

TEST_F(StatusLineTest, MembersAndPeersAreLists) {
  const auto json = read();

  ASSERT_EQ(json["members"].size(), 2U);
  EXPECT_EQ(json["members"][1]["address"], "127.0.0.1:7002");
  EXPECT_EQ(json["members"][1]["role"], "voter");
  ASSERT_EQ(json["peers"].size(), 1U);
  EXPECT_EQ(json["peers"][0]["match"], 7);
  EXPECT_EQ(json["peers"][0]["connected"], true);
}

TEST_F(StatusLineTest, APreCandidateIsACandidateAndAFaultedServerFaulted) {
  status_.standing.role = buoyant::core::Role::kPreCandidate;
  EXPECT_EQ(read()["role"], "candidate");

  status_.faulted = "the disk failed";
  EXPECT_EQ(read()["role"], "faulted");
  EXPECT_EQ(read()["faulted"], "the disk failed");
  EXPECT_EQ(read()["to_do"], kFaultAdvice);
}

TEST_F(StatusLineTest, ItSaysHowTheDiskIs) {
  status_.storage.oldest_write_age = std::chrono::milliseconds(1500);
  status_.snapshots.trouble = "the disk is full";

  EXPECT_EQ(read()["storage"]["failed"], false);
  EXPECT_EQ(read()["storage"]["oldest_write_ms"], 1500);
  EXPECT_EQ(read()["snapshots"]["trouble"], "the disk is full");
}

TEST_F(StatusLineTest, ItSaysWhatTheScrubFound) {
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

TEST_F(StatusLineTest, AServerWithoutAVoteIsALearnerOrRemoved) {
  status_.standing.role = buoyant::core::Role::kFollower;
  status_.configuration.members[0].role = buoyant::MemberRole::kLearner;
  EXPECT_EQ(read()["role"], "learner");
  EXPECT_EQ(read()["members"][0]["role"], "learner");

  status_.removed = true;
  EXPECT_EQ(read()["role"], "removed");
}

TEST_F(StatusLineTest, WhoIsLeftOutIsNotRemovedBeforeThatIsCommitted) {
  status_.standing.role = buoyant::core::Role::kFollower;
  status_.configuration.members.erase(status_.configuration.members.begin());
  EXPECT_EQ(read()["role"], "follower");

  status_.removed = true;
  EXPECT_EQ(read()["role"], "removed");
}

TEST_F(StatusLineTest, AServerThatWaitsToBeAddedSaysWhoDoesNotAdmitIt) {
  EXPECT_TRUE(read()["refused"].is_null());

  status_.refused_by = buoyant::ServerId(2);
  status_.refused = "remove it and add it again";
  EXPECT_EQ(read()["refused"], "peer 2: remove it and add it again");
}

TEST_F(StatusLineTest, AServerThatWaitsToBeAddedIsAFollower) {
  status_.standing.role = buoyant::core::Role::kFollower;
  status_.configuration.members.clear();

  EXPECT_EQ(read()["role"], "follower");
}

TEST_F(StatusLineTest, WhoLeadsWhileItIsBeingRemovedLeads) {
  status_.configuration.members.erase(status_.configuration.members.begin());
  EXPECT_EQ(read()["role"], "leader");

  status_.removed = true;
  EXPECT_EQ(read()["role"], "leader");
}

TEST_F(StatusLineTest, ItIsOneLineWhateverTheClusterIsCalled) {
  status_.cluster = "two\nlines \xff\"";

  EXPECT_EQ(status_line(status_).find('\n'), std::string::npos);
  EXPECT_FALSE(read()["cluster"].get<std::string>().empty());
}

}  // namespace example
