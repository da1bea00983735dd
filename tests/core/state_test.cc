// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "core/state.h"

#include "tests/support/core_values.h"
#include "tests/support/print_core.h"

#include <gtest/gtest.h>

namespace buoyant::core::state_test {

using tests::pos;
using tests::run;
using tests::voters;

State restored(RestoredState stored) {
  RaftOptions options;
  options.id = ServerId(1);
  return State(options, std::move(stored), Instant());
}

TEST(StateTest, AnEmptyDiskGivesAnEmptyConfiguration) {
  const State state = restored({});

  EXPECT_EQ(state.configurations, std::vector<ConfigurationAt>(1));
  EXPECT_EQ(state.standing, Standing());
}

TEST(StateTest, NothingBeyondTheBaseIsKnownToBeCommitted) {
  RestoredState stored = tests::stored(voters(3), {run(2, 5)});
  stored.base = pos(1, 10);

  EXPECT_EQ(restored(stored).commit, Index(10));
}

TEST(StateTest, EverythingThatWasRestoredIsOnTheDisk) {
  const State state = restored(tests::stored(voters(3), {run(2, 5)}));

  EXPECT_EQ(state.submitted_last, Index(6));
  EXPECT_EQ(state.trail.durable_index(), Index(6));
  EXPECT_EQ(state.hard_state_write, WriteId());
}

TEST(StateTest, TheTermIsThatOfTheHardState) {
  RestoredState stored = tests::stored(voters(3));
  stored.hard_state = {.term = Term(9), .voted_for = ServerId(2)};

  const State state = restored(stored);

  EXPECT_EQ(state.standing.term, Term(9));
  EXPECT_EQ(state.hard_state.voted_for, ServerId(2));
}

TEST(StateTest, TheNewestConfigurationInTheLogIsInEffect) {
  RestoredState stored = tests::stored(voters(3), {run(1, 4)});
  stored.configurations.push_back({.index = Index(4), .configuration = voters(5)});

  EXPECT_EQ(restored(stored).configuration(), voters(5));
}

TEST(StateTest, TheSnapshotsConfigurationIsInEffectWhenTheLogHasNone) {
  RestoredState stored;
  stored.base = pos(3, 20);
  stored.snapshot.id.position = pos(3, 20);
  stored.snapshot.configuration = voters(3);
  stored.snapshot.configuration_index = Index(12);

  const State state = restored(stored);

  EXPECT_EQ(state.configurations,
            (std::vector<ConfigurationAt>{{.index = Index(12), .configuration = voters(3)}}));
}

TEST(StateTest, ConfigurationsThatTheSnapshotCoversAreNotCountedTwice) {
  RestoredState stored;
  stored.base = pos(3, 5);
  stored.runs = {run(3, 20)};
  stored.snapshot.id.position = pos(3, 20);
  stored.snapshot.configuration = voters(4);
  stored.snapshot.configuration_index = Index(12);
  stored.configurations = {{.index = Index(8), .configuration = voters(3)},
                           {.index = Index(12), .configuration = voters(4)},
                           {.index = Index(22), .configuration = voters(5)}};

  const State state = restored(stored);

  EXPECT_EQ(state.configurations,
            (std::vector<ConfigurationAt>{{.index = Index(12), .configuration = voters(4)},
                                          {.index = Index(22), .configuration = voters(5)}}));
}

}  // namespace buoyant::core::state_test
