// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/peer_table.h"

#include "tests/support/print.h"

#include <gtest/gtest.h>

namespace buoyant::node::peer_table_test {

Identity directory(std::uint64_t server, std::uint64_t start = 1, std::uint64_t incarnation = 7) {
  return {.cluster = "cluster",
          .server = ServerId(server),
          .incarnation = incarnation,
          .start_counter = start,
          .start_id = 1000 * start};
}

PeerIdentity row(std::uint64_t server, std::uint64_t start = 1, std::uint64_t since = 0) {
  return {.server = ServerId(server),
          .incarnation = 7,
          .start_counter = start,
          .start_id = 1000 * start,
          .since = Index(since)};
}

using Rows = std::vector<PeerIdentity>;

class PeerTableTest : public testing::Test {
 protected:
  Refusal admit(const Identity& identity, std::uint64_t committed = 0) {
    return table.admit(identity, Index(committed));
  }

  /// What is to be written, which then is durable; empty: nothing is due.
  Rows write() {
    Rows rows;
    if (table.is_write_due()) {
      rows = table.begin_write();
      table.end_write();
    }
    return rows;
  }

  PeerTable table;
};

TEST_F(PeerTableTest, WhoIsNewIsWrittenAndCountsThen) {
  EXPECT_EQ(admit(directory(2), 5), Refusal::kNone);
  EXPECT_TRUE(table.is_pending(ServerId(2)));
  ASSERT_TRUE(table.is_write_due());

  EXPECT_EQ(table.begin_write(), (Rows{row(2, 1, 5)}));
  EXPECT_TRUE(table.is_pending(ServerId(2)));
  table.end_write();

  EXPECT_FALSE(table.is_pending(ServerId(2)));
  EXPECT_FALSE(table.is_write_due());
}

TEST_F(PeerTableTest, WhoeverIsForgottenWaitsForNothing) {
  admit(directory(2));
  ASSERT_TRUE(table.is_pending(ServerId(2)));

  table.forget(ServerId(2), Index(1));

  EXPECT_FALSE(table.is_pending(ServerId(2)));
}

TEST_F(PeerTableTest, WhatWasStoredCountsAtOnce) {
  table = PeerTable({row(2, 3)});

  EXPECT_FALSE(table.is_pending(ServerId(2)));
  EXPECT_EQ(admit(directory(2, 3)), Refusal::kNone);
  EXPECT_FALSE(table.is_write_due());
}

TEST_F(PeerTableTest, WhatWasStoredKeepsOthersOut) {
  table = PeerTable({row(2, 3)});

  EXPECT_EQ(admit(directory(2, 4, 8)), Refusal::kIncarnation);
  EXPECT_EQ(admit(directory(2, 2)), Refusal::kOlderCopy);
  Identity copy = directory(2, 3);
  copy.start_id += 1;
  EXPECT_EQ(admit(copy), Refusal::kCopiedTwice);
  EXPECT_FALSE(table.is_write_due());
  EXPECT_FALSE(table.is_pending(ServerId(2)));
}

TEST_F(PeerTableTest, ALaterStartIsWrittenBeforeItCounts) {
  table = PeerTable({row(2, 3, 9)});

  EXPECT_EQ(admit(directory(2, 4), 20), Refusal::kNone);

  EXPECT_TRUE(table.is_pending(ServerId(2)));
  EXPECT_EQ(write(), (Rows{row(2, 4, 9)})) << "it is the same incarnation";
  EXPECT_FALSE(table.is_pending(ServerId(2)));
}

TEST_F(PeerTableTest, WhoComesDuringAWriteWaitsForTheNext) {
  admit(directory(2));
  table.begin_write();
  admit(directory(3));
  EXPECT_FALSE(table.is_write_due()) << "one at a time";

  table.end_write();

  EXPECT_FALSE(table.is_pending(ServerId(2)));
  EXPECT_TRUE(table.is_pending(ServerId(3)));
  EXPECT_EQ(write(), (Rows{row(2), row(3)}));
}

TEST_F(PeerTableTest, WhoeverWasRemovedMayComeWithAnotherDirectory) {
  table = PeerTable({row(2, 3, 5)});

  table.forget(ServerId(2), Index(10));

  EXPECT_TRUE(table.is_write_due());
  EXPECT_EQ(admit(directory(2, 1, 8), 10), Refusal::kNone);
}

// After a restart configurations are committed once more, also one from before it was added again.
TEST_F(PeerTableTest, ARemovalFromBeforeItCameBackForgetsNothing) {
  table = PeerTable({row(2, 3, 12)});

  table.forget(ServerId(2), Index(10));

  EXPECT_FALSE(table.is_write_due());
  EXPECT_EQ(admit(directory(2, 1, 8)), Refusal::kIncarnation);
}

TEST_F(PeerTableTest, IsBounded) {
  std::uint64_t id = 1;
  while (!table.is_full()) {
    ASSERT_EQ(admit(directory(id++)), Refusal::kNone);
  }

  EXPECT_EQ(id - 1, PeerTable::kPeersMax);
  EXPECT_EQ(admit(directory(id)), Refusal::kTooMany);
  EXPECT_EQ(admit(directory(1)), Refusal::kNone);
}

TEST_F(PeerTableTest, KeepsMembersOnly) {
  admit(directory(2));
  admit(directory(3));
  write();
  Configuration configuration;
  configuration.members = {{.id = ServerId(3), .address = "three"}};

  table.keep_only(configuration);

  EXPECT_EQ(write(), (Rows{row(3)}));
}

}  // namespace buoyant::node::peer_table_test
