// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/bootstrap.h"

#include "tests/node/fakes.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node::bootstrap_test {

class BootstrapTest : public testing::Test {
 protected:
  static std::vector<Member> members() {
    return {{.id = ServerId(2), .address = "two:2"}, {.id = ServerId(1), .address = "one:1"}};
  }

  void want() {
    ConfigurationAt plan = *Bootstrap::plan(members(), ServerId(1), "one:1");
    Entry entry = Bootstrap::entry_of(plan.configuration, codec);
    bootstrap.want(std::move(plan), std::move(entry), 7);
  }

  flatbuf::FlatbuffersCodec codec;
  Bootstrap bootstrap;
};

TEST_F(BootstrapTest, PlansTheFirstEntry) {
  const auto plan = Bootstrap::plan(members(), ServerId(1), "");

  ASSERT_TRUE(plan.has_value());
  EXPECT_EQ(plan->index, Index(1));
  EXPECT_EQ(plan->configuration.members.size(), 2U);
}

TEST_F(BootstrapTest, RefusesAListThatMakesNoSense) {
  const auto code_of = [](const auto& plan) { return plan.error().code(); };

  EXPECT_EQ(code_of(Bootstrap::plan({}, ServerId(1), "")), Errc::kInvalidConfiguration);
  EXPECT_EQ(code_of(Bootstrap::plan(members(), ServerId(3), "")), Errc::kInvalidConfiguration);
  EXPECT_EQ(code_of(Bootstrap::plan(members(), ServerId(1), "x:1")), Errc::kInvalidConfiguration);
}

TEST_F(BootstrapTest, TheEntryIsTheSameForEveryOrder) {
  std::vector<Member> reversed = members();
  std::swap(reversed[0], reversed[1]);

  EXPECT_EQ(Bootstrap::entry_of(Bootstrap::plan(members(), ServerId(1), "")->configuration, codec),
            Bootstrap::entry_of(Bootstrap::plan(reversed, ServerId(2), "")->configuration, codec));
}

TEST_F(BootstrapTest, WritesEntryAndTerm) {
  want();
  const port::StorageWrite write = bootstrap.make_write(HardState{});

  EXPECT_EQ(write.hard_state, (HardState{.term = Term(1), .voted_for = {}}));
  EXPECT_EQ(write.first, Index(1));
  ASSERT_EQ(write.entries.size(), 1U);
  EXPECT_EQ(write.entries[0].term, Term(1));
}

TEST_F(BootstrapTest, KeepsALaterTermAndItsVote) {
  want();
  const HardState voted{.term = Term(6), .voted_for = ServerId(2)};

  EXPECT_EQ(bootstrap.make_write(voted).hard_state, voted);
  EXPECT_EQ(bootstrap.finish(voted).hard_state, voted);
}

TEST_F(BootstrapTest, TheNewCoreStartsFromTheEntry) {
  want();
  const core::RestoredState restored = bootstrap.finish(HardState{});

  EXPECT_EQ(restored.runs, (std::vector<TermRun>{{.term = Term(1), .count = 1}}));
  ASSERT_EQ(restored.configurations.size(), 1U);
  EXPECT_EQ(restored.configurations[0].index, Index(1));
  EXPECT_FALSE(bootstrap.is_under_way());
}

TEST_F(BootstrapTest, IsCompletedByItsOwnWrite) {
  want();
  EXPECT_FALSE(bootstrap.is_completed_by(WriteId(9)));
  bootstrap.submitted(WriteId(3));

  EXPECT_FALSE(bootstrap.is_completed_by(WriteId(2)));
  EXPECT_TRUE(bootstrap.is_completed_by(WriteId(3)));
}

}  // namespace buoyant::node::bootstrap_test
