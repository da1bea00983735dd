// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/links.h"

#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node::links_test {

Identity identity_of(std::uint64_t server, std::uint64_t start = 1) {
  return {.cluster = "cluster",
          .server = ServerId(server),
          .incarnation = 100 + server,
          .start_counter = start,
          .start_id = 1000 * start};
}

class LinksTest : public testing::Test {
 protected:
  static Hello hello_of(std::uint64_t server, std::uint64_t start = 1) {
    return {.identity = identity_of(server, start), .expected = ServerId(1)};
  }

  static HelloReply reply_of(std::uint64_t server) { return {.identity = identity_of(server)}; }

  Links links{identity_of(1)};
};

TEST_F(LinksTest, SaysWhoItIsAndWhomItMeans) {
  links.set_configuration_index(Index(4));
  links.set_bootstrap(77);

  const Hello hello = links.make_hello(ServerId(2));

  EXPECT_EQ(hello.identity, identity_of(1));
  EXPECT_EQ(hello.expected, ServerId(2));
  EXPECT_EQ(hello.configuration_index, Index(4));
  EXPECT_EQ(hello.bootstrap, 77U);
}

TEST_F(LinksTest, AdmitsAPeer) {
  EXPECT_EQ(links.on_hello(hello_of(2)), Refusal::kNone);
}

TEST_F(LinksTest, AdmitsAPeerThatStartedAgain) {
  links.on_hello(hello_of(2, 1));

  EXPECT_EQ(links.on_hello(hello_of(2, 2)), Refusal::kNone);
}

TEST_F(LinksTest, RefusesAnotherCluster) {
  Hello hello = hello_of(2);
  hello.identity.cluster = "another";

  EXPECT_EQ(links.on_hello(hello), Refusal::kCluster);
}

TEST_F(LinksTest, RefusesWhoExpectsSomebodyElse) {
  Hello hello = hello_of(2);
  hello.expected = ServerId(3);

  EXPECT_EQ(links.on_hello(hello), Refusal::kNotMe);
}

TEST_F(LinksTest, RefusesItsOwnId) {
  EXPECT_EQ(links.on_hello(hello_of(1)), Refusal::kSelf);
}

TEST_F(LinksTest, RefusesVersionsThatItDoesNotSpeak) {
  Hello hello = hello_of(2);
  hello.version_min = kWireVersionMax + 1;
  hello.version_max = kWireVersionMax + 5;

  EXPECT_EQ(links.on_hello(hello), Refusal::kVersion);
}

TEST_F(LinksTest, RefusesAnotherDirectoryUnderAKnownId) {
  links.on_hello(hello_of(2));
  Hello hello = hello_of(2, 2);
  hello.identity.incarnation = 5;

  EXPECT_EQ(links.on_hello(hello), Refusal::kIncarnation);
}

TEST_F(LinksTest, RefusesAnOlderCopy) {
  links.on_hello(hello_of(2, 5));

  EXPECT_EQ(links.on_hello(hello_of(2, 4)), Refusal::kOlderCopy);
}

TEST_F(LinksTest, RefusesASecondCopy) {
  links.on_hello(hello_of(2, 5));
  Hello hello = hello_of(2, 5);
  hello.identity.start_id = 1;

  EXPECT_EQ(links.on_hello(hello), Refusal::kCopiedTwice);
}

TEST_F(LinksTest, ARefusedHelloIsNotRemembered) {
  links.set_bootstrap(1);
  Hello hello = hello_of(2);
  hello.identity.incarnation = 5;
  hello.bootstrap = 2;
  ASSERT_EQ(links.on_hello(hello), Refusal::kBootstrap);

  EXPECT_EQ(links.on_hello(hello_of(2)), Refusal::kNone);
}

TEST_F(LinksTest, RefusesALogThatBeganOtherwise) {
  Hello hello = hello_of(2);
  hello.bootstrap = 5;
  EXPECT_EQ(links.on_hello(hello), Refusal::kNone);
  links.set_bootstrap(6);

  EXPECT_EQ(links.on_hello(hello), Refusal::kBootstrap);
}

TEST_F(LinksTest, ChecksWhoAnswered) {
  EXPECT_EQ(links.on_hello_reply(ServerId(2), reply_of(2)), Refusal::kNone);
  EXPECT_EQ(links.on_hello_reply(ServerId(2), reply_of(3)), Refusal::kNotMe);
  HelloReply other = reply_of(2);
  other.identity.cluster = "another";
  EXPECT_EQ(links.on_hello_reply(ServerId(2), other), Refusal::kCluster);
  HelloReply late = reply_of(2);
  late.version = kWireVersionMax + 1;
  EXPECT_EQ(links.on_hello_reply(ServerId(2), late), Refusal::kVersion);
}

TEST_F(LinksTest, BothDirectionsShareOneMemory) {
  links.on_hello(hello_of(2));
  HelloReply reply = reply_of(2);
  reply.identity.incarnation = 5;

  EXPECT_EQ(links.on_hello_reply(ServerId(2), reply), Refusal::kIncarnation);
}

TEST_F(LinksTest, AConnectionForSnapshotsIsAdmittedByTheSameRules) {
  const auto for_snapshots = [](Hello hello) {
    hello.purpose = LinkPurpose::kSnapshots;
    return hello;
  };
  Hello copy = hello_of(2, 2);
  copy.identity.start_id += 1;

  EXPECT_EQ(links.on_hello(hello_of(2, 2)), Refusal::kNone);
  EXPECT_EQ(links.on_hello(for_snapshots(hello_of(2, 2))), Refusal::kNone);
  EXPECT_EQ(links.on_hello(for_snapshots(copy)), Refusal::kCopiedTwice);
  EXPECT_EQ(links.on_hello(for_snapshots(hello_of(2, 1))), Refusal::kOlderCopy);
  EXPECT_EQ(links.on_hello(for_snapshots(hello_of(2, 3))), Refusal::kNone);
  EXPECT_EQ(links.on_hello(hello_of(2, 2)), Refusal::kOlderCopy);
  EXPECT_EQ(links.on_hello(hello_of(2, 3)), Refusal::kNone);
}

TEST_F(LinksTest, TellsWhomItRefusedWhyWhenItDialsIt) {
  EXPECT_EQ(links.make_hello(ServerId(2)).refusal, Refusal::kNone);

  links.is_news(ServerId(2), Refusal::kIncarnation);

  EXPECT_EQ(links.make_hello(ServerId(2)).refusal, Refusal::kIncarnation);
  EXPECT_EQ(links.make_hello(ServerId(3)).refusal, Refusal::kNone);
}

TEST_F(LinksTest, ManyMadeUpIdsAreNotRemembered) {
  Refusal refusal = Refusal::kNone;
  std::uint64_t id = 2;
  while (refusal == Refusal::kNone && id < 10'000) {
    refusal = links.on_hello(hello_of(id++));
  }

  EXPECT_EQ(refusal, Refusal::kTooMany);
  EXPECT_EQ(links.on_hello(hello_of(2)), Refusal::kNone);
}

TEST_F(LinksTest, MembersComeBeforeMadeUpIds) {
  for (std::uint64_t id = 10; !links.peers().is_full(); ++id) {
    ASSERT_EQ(links.on_hello(hello_of(id)), Refusal::kNone);
  }
  Configuration configuration;
  configuration.members = {{.id = ServerId(1), .address = "one"},
                           {.id = ServerId(2), .address = "two"}};
  links.set_committed({.index = Index(1), .configuration = configuration});

  EXPECT_EQ(links.on_hello(hello_of(2)), Refusal::kNone);
}

TEST_F(LinksTest, WhoBeganOtherwiseIsKnownAlsoWhenMadeUpIdsAreForgotten) {
  Hello stranger = hello_of(9);
  stranger.bootstrap = 77;
  ASSERT_EQ(links.on_hello(stranger), Refusal::kNone);
  for (std::uint64_t id = 10; !links.peers().is_full(); ++id) {
    ASSERT_EQ(links.on_hello(hello_of(id)), Refusal::kNone);
  }
  links.set_bootstrap(88);
  Configuration configuration;
  configuration.members = {{.id = ServerId(1), .address = "one"},
                           {.id = ServerId(2), .address = "two"}};
  links.set_committed({.index = Index(1), .configuration = configuration});

  ASSERT_EQ(links.on_hello(hello_of(2)), Refusal::kNone);

  EXPECT_FALSE(links.peers().is_full());
  EXPECT_FALSE(links.began_alike(ServerId(9)));
}

TEST_F(LinksTest, SaysWhyAPeerWasRefused) {
  EXPECT_EQ(links.refusal_of(ServerId(2)), Refusal::kNone);
  links.is_news(ServerId(2), Refusal::kCluster);
  EXPECT_EQ(links.refusal_of(ServerId(2)), Refusal::kCluster);
  links.is_news(ServerId(2), Refusal::kNone);
  EXPECT_EQ(links.refusal_of(ServerId(2)), Refusal::kNone);
}

TEST_F(LinksTest, ARefusalIsNewsOnce) {
  EXPECT_TRUE(links.is_news(ServerId(2), Refusal::kCluster));
  EXPECT_FALSE(links.is_news(ServerId(2), Refusal::kCluster));
  EXPECT_TRUE(links.is_news(ServerId(2), Refusal::kSelf));
  EXPECT_FALSE(links.is_news(ServerId(2), Refusal::kNone));
  EXPECT_TRUE(links.is_news(ServerId(2), Refusal::kSelf));
}

TEST(PeersOf, AreAllMembersButOneself) {
  const Configuration configuration =
      *make_configuration({{.id = ServerId(1), .address = "one:1"},
                           {.id = ServerId(2), .address = "two:2"},
                           {.id = ServerId(3), .address = "three:3"}});

  EXPECT_EQ(peers_of(configuration, ServerId(2)),
            (std::vector<port::PeerAddress>{{.id = ServerId(1), .address = "one:1"},
                                            {.id = ServerId(3), .address = "three:3"}}));
}

TEST(PeersOf, IncludeThoseOfBothHalvesOfAJointConfiguration) {
  const Configuration configuration{.members = {{.id = ServerId(1), .address = "one:1"}},
                                    .outgoing = {{.id = ServerId(2), .address = "two:2"}}};

  EXPECT_EQ(peers_of(configuration, ServerId(1)).size(), 1U);
}

TEST_F(LinksTest, FindsAnotherBootstrapThatCameAfterTheHandshake) {
  Hello hello = hello_of(2);
  hello.bootstrap = 7;
  ASSERT_EQ(links.on_hello(hello), Refusal::kNone);
  EXPECT_TRUE(links.began_alike(ServerId(2)));

  links.set_bootstrap(8);

  EXPECT_FALSE(links.began_alike(ServerId(2)));
}

TEST_F(LinksTest, TakesWhoeverBeganAlikeOrDidNotSay) {
  Hello alike = hello_of(2);
  alike.bootstrap = 7;
  links.on_hello(alike);
  links.on_hello(hello_of(3));

  links.set_bootstrap(7);

  EXPECT_TRUE(links.began_alike(ServerId(2)));
  EXPECT_TRUE(links.began_alike(ServerId(3)));
  EXPECT_TRUE(links.began_alike(ServerId(4)));
}

/// Links of server 1, which knows that these are the members.
class LinksMembersTest : public LinksTest {
 protected:
  void commit(std::uint64_t index, std::initializer_list<std::uint64_t> members) {
    Configuration configuration;
    for (const std::uint64_t id : members) {
      configuration.members.push_back({.id = ServerId(id), .address = "a"});
    }
    links.set_committed({.index = Index(index), .configuration = std::move(configuration)});
  }

  static Hello hello_from(std::uint64_t server, std::uint64_t configuration) {
    Hello hello = hello_of(server);
    hello.configuration_index = Index(configuration);
    return hello;
  }
};

TEST_F(LinksMembersTest, TellsARemovedServer) {
  commit(1, {1, 2, 3});
  commit(5, {1, 2});

  EXPECT_EQ(links.on_hello(hello_from(3, 1)), Refusal::kRemoved);
  EXPECT_EQ(links.on_hello(hello_from(3, 5)), Refusal::kRemoved) << "it has the same entry";
}

TEST_F(LinksMembersTest, AdmitsWhoKnowsMore) {
  commit(5, {1, 2});

  EXPECT_EQ(links.on_hello(hello_from(4, 6)), Refusal::kNone);
}

TEST_F(LinksMembersTest, AdmitsAnybodyWhileNothingIsKnownToBeCommitted) {
  EXPECT_EQ(links.on_hello(hello_from(4, 0)), Refusal::kNone);
}

TEST_F(LinksMembersTest, AnotherBootstrapIsTheReasonAndNotItsRemoval) {
  links.set_bootstrap(1);
  commit(5, {1, 2});
  Hello hello = hello_from(3, 1);
  hello.bootstrap = 2;

  EXPECT_EQ(links.on_hello(hello), Refusal::kBootstrap);
}

TEST_F(LinksMembersTest, EndsTheConnectionOfWhoIsRemoved) {
  commit(1, {1, 2, 3});
  links.on_hello(hello_from(3, 1));
  EXPECT_FALSE(links.is_removed(ServerId(3)));

  commit(5, {1, 2});

  EXPECT_TRUE(links.is_removed(ServerId(3)));
  EXPECT_FALSE(links.is_removed(ServerId(2)));
}

TEST_F(LinksMembersTest, KeepsTheConnectionOfAMemberThatIsNotKnownYet) {
  commit(1, {1, 2, 3});
  links.on_hello(hello_from(4, 7));

  commit(5, {1, 2});

  EXPECT_FALSE(links.is_removed(ServerId(4)));
}

TEST_F(LinksMembersTest, AnotherDirectoryIsRefusedUntilItsServerWasRemoved) {
  commit(1, {1, 2, 3});
  links.on_hello(hello_from(3, 1));
  Hello wiped = hello_from(3, 9);
  wiped.identity.incarnation = 7;
  EXPECT_EQ(links.on_hello(wiped), Refusal::kIncarnation);

  commit(5, {1, 2});
  commit(9, {1, 2, 3});

  EXPECT_EQ(links.on_hello(wiped), Refusal::kNone);
}

TEST_F(LinksMembersTest, BelievesThePeerThatItMeantToReach) {
  HelloReply reply = reply_of(2);
  reply.refusal = Refusal::kRemoved;
  EXPECT_TRUE(links.is_removed_by(ServerId(2), reply));
  EXPECT_FALSE(links.is_removed_by(ServerId(3), reply));
  reply.refusal = Refusal::kNotReady;
  EXPECT_FALSE(links.is_removed_by(ServerId(2), reply));
  reply.refusal = Refusal::kRemoved;
  links.set_bootstrap(1);
  reply.bootstrap = 2;
  EXPECT_FALSE(links.is_removed_by(ServerId(2), reply));
  reply.bootstrap = 1;
  reply.identity.cluster = "another";
  EXPECT_FALSE(links.is_removed_by(ServerId(2), reply));
}

TEST_F(LinksMembersTest, DoesNotBelieveWhatIsOlderThanItsLog) {
  HelloReply reply = reply_of(2);
  reply.refusal = Refusal::kRemoved;
  reply.configuration_index = Index(5);
  links.set_configuration_index(Index(5));
  EXPECT_TRUE(links.is_removed_by(ServerId(2), reply)) << "it has the same entry";

  links.set_configuration_index(Index(6));

  EXPECT_FALSE(links.is_removed_by(ServerId(2), reply));
}

TEST_F(LinksMembersTest, NamesTheCommittedConfigurationWhenItSaysRemoved) {
  commit(5, {1, 2});
  links.set_configuration_index(Index(9));

  links.set_answer(Refusal::kRemoved);
  EXPECT_EQ(links.make_hello(ServerId(3)).configuration_index, Index(5));

  links.set_answer(Refusal::kNone);
  EXPECT_EQ(links.make_hello(ServerId(3)).configuration_index, Index(9));
}

}  // namespace buoyant::node::links_test
