// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/admin.h"

#include "tests/examples/echo/held_node.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace example::admin_test {

using buoyant::Errc;
using buoyant::Error;
using buoyant::Index;
using buoyant::Member;
using buoyant::MemberRole;
using buoyant::ServerId;

class ExampleAdminTest : public testing::Test {
 protected:
  void SetUp() override {
    node_.told.configuration.members = {{ServerId(1), "a:1"}, {ServerId(3), "c:3"}};
    node_.told.configuration_index = Index(7);
  }

  void ask(std::string_view target) {
    run_action(node_, target, [this](const AdminAnswer& answer) { answers_.push_back(answer); });
  }

  /// Of the one answer.
  std::string status() { return answers_.size() == 1 ? answers_[0].status : "no answer"; }

  std::string body() { return answers_.size() == 1 ? answers_[0].body : "no answer"; }

  /// The members that are asked for; they are based on those that there are.
  std::vector<Member> target_of(std::string_view action) {
    ask(action);
    EXPECT_EQ(node_.changes.size(), 1U) << body();
    if (node_.changes.empty()) {
      return {};
    }
    EXPECT_EQ(node_.changes[0].based_on, Index(7));
    std::vector<Member> members = node_.changes[0].members;
    node_.changes.clear();
    return members;
  }

  echo::testing_support::HeldNode node_;
  std::vector<AdminAnswer> answers_;
};

TEST_F(ExampleAdminTest, ATransferIsAnsweredWhenItIsOver) {
  ask("/transfer?to=3");
  ASSERT_EQ(node_.transfers.size(), 1U);
  EXPECT_EQ(node_.transfers[0].to, ServerId(3));
  EXPECT_TRUE(answers_.empty());

  node_.end_transfer(ServerId(3));

  EXPECT_EQ(status(), "200 OK");
  EXPECT_EQ(body(), "{\"done\":\"server 3 leads\"}\n");
}

TEST_F(ExampleAdminTest, ATransferMayBeToTheBest) {
  ask("/transfer");

  ASSERT_EQ(node_.transfers.size(), 1U);
  EXPECT_FALSE(node_.transfers[0].to.is_set());
}

TEST_F(ExampleAdminTest, ASnapshotIsAnsweredWhenItIsThere) {
  ask("/snapshot");
  ASSERT_EQ(node_.snapshots.size(), 1U);

  node_.snapshots.front()(buoyant::fail(Errc::kNotReady));

  EXPECT_EQ(status(), "503 Service Unavailable");
}

TEST_F(ExampleAdminTest, MembersAreChanged) {
  EXPECT_EQ(
      target_of("/members/add?id=2&address=b:2"),
      (std::vector<Member>{{ServerId(1), "a:1"}, {ServerId(2), "b:2"}, {ServerId(3), "c:3"}}));
  EXPECT_EQ(target_of("/members/add?id=4&address=d:4&learner=1").back(),
            (Member{ServerId(4), "d:4", MemberRole::kLearner}));
  EXPECT_EQ(target_of("/members/remove?id=3"), (std::vector<Member>{{ServerId(1), "a:1"}}));
  EXPECT_EQ(target_of("/members/demote?id=1")[0],
            (Member{ServerId(1), "a:1", MemberRole::kLearner}));
  EXPECT_EQ(target_of("/members/promote?id=1")[0], (Member{ServerId(1), "a:1"}));
}

TEST_F(ExampleAdminTest, AChangeIsAnsweredWhenItIsCommitted) {
  ask("/members/remove?id=3");

  node_.end_change(Index(9));

  EXPECT_EQ(body(), "{\"done\":\"the members are committed at entry 9\"}\n");
}

TEST_F(ExampleAdminTest, AnUnknownOutcomeIsUnknown) {
  ask("/transfer");
  node_.end_transfer(buoyant::fail(Errc::kOutcomeUnknown));

  EXPECT_EQ(status(), "504 Gateway Timeout");
  EXPECT_NE(body().find("\"applied\":\"unknown\""), std::string::npos);
}

TEST_F(ExampleAdminTest, WhatIsRefusedSaysWhy) {
  node_.refusal = Error(Errc::kInvalidConfiguration, "it does not vote");
  ask("/transfer?to=9");

  EXPECT_EQ(status(), "409 Conflict");
  EXPECT_NE(body().find("it does not vote"), std::string::npos);
  EXPECT_NE(body().find("\"applied\":\"no\""), std::string::npos);
}

/// What is asked for, and what it is answered with at once.
struct Bad {
  const char* target;
  const char* status;
};

class ExampleBadAdminTest : public ExampleAdminTest, public testing::WithParamInterface<Bad> {};

TEST_P(ExampleBadAdminTest, NobodyIsAsked) {
  ask(GetParam().target);

  EXPECT_EQ(status(), GetParam().status);
  EXPECT_TRUE(node_.transfers.empty() && node_.changes.empty() && node_.snapshots.empty());
}

INSTANTIATE_TEST_SUITE_P(All, ExampleBadAdminTest,
                         testing::Values(Bad{"/other", "404 Not Found"},
                                         Bad{"/transfer?to=x", "400 Bad Request"},
                                         Bad{"/transfer?id=1", "400 Bad Request"},
                                         Bad{"/members/add?id=2", "400 Bad Request"},
                                         Bad{"/members/add?address=b:2", "400 Bad Request"},
                                         Bad{"/members/remove", "400 Bad Request"},
                                         Bad{"/members/remove?id=-1", "400 Bad Request"},
                                         Bad{"/members/promote?id=2", "400 Bad Request"},
                                         Bad{"/members/other?id=1", "400 Bad Request"}),
                         [](const auto& tested) { return std::to_string(tested.index); });

}  // namespace example::admin_test
