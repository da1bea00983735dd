// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a server that waits to be added hears of those who do not admit it.

#include "node/links.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <utility>

namespace buoyant::node::links_waiting_test {

/// Server 1 waits to be added, and server 2 dials it.
class LinksWaitingTest : public testing::Test {
 protected:
  static Hello refusing(std::uint64_t server, Refusal refusal = Refusal::kIncarnation) {
    return {.identity = {.cluster = "cluster", .server = ServerId(server)},
            .expected = ServerId(1),
            .refusal = refusal};
  }

  Links links{{.cluster = "cluster", .server = ServerId(1)}};
  std::pair<ServerId, Refusal> nobody{ServerId(), Refusal::kNone};
};

TEST_F(LinksWaitingTest, HearsThatItIsRefused) {
  EXPECT_TRUE(links.note_refused_by(refusing(2)));
  EXPECT_FALSE(links.note_refused_by(refusing(2))) << "that is known";

  EXPECT_EQ(links.refused_by(), std::pair(ServerId(2), Refusal::kIncarnation));
  EXPECT_TRUE(links.note_refused_by(refusing(2, Refusal::kOlderCopy)));
}

TEST_F(LinksWaitingTest, ForgetsItWhenTheSameServerDoesNotSaySoAnyMore) {
  links.note_refused_by(refusing(2));

  links.note_refused_by(refusing(2, Refusal::kNone));

  EXPECT_EQ(links.refused_by(), nobody);
}

TEST_F(LinksWaitingTest, WhoHasAConfigurationDoesNotBelieveIt) {
  links.note_refused_by(refusing(2));
  links.set_configuration_index(Index(1));
  EXPECT_EQ(links.refused_by(), nobody);

  EXPECT_FALSE(links.note_refused_by(refusing(3)));

  EXPECT_EQ(links.refused_by(), nobody);
}

TEST_F(LinksWaitingTest, AnotherClusterAndWhoMeansAnotherAreNotHeard) {
  Hello stranger = refusing(2);
  stranger.identity.cluster = "another";
  Hello astray = refusing(2);
  astray.expected = ServerId(9);

  EXPECT_FALSE(links.note_refused_by(stranger));
  EXPECT_FALSE(links.note_refused_by(astray));
  EXPECT_FALSE(links.note_refused_by(refusing(1))) << "it claims to be this server";

  EXPECT_EQ(links.refused_by(), nobody);
}

TEST_F(LinksWaitingTest, MadeUpIdsAreNotAllRemembered) {
  std::size_t noted = 0;
  for (std::uint64_t id = 2; id < 1000; ++id) {
    noted += links.note_refused_by(refusing(id)) ? 1U : 0U;
  }

  EXPECT_EQ(noted, kMembersMax);
}

}  // namespace buoyant::node::links_waiting_test
