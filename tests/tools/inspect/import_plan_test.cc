// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/import_plan.h"

#include "tests/support/print.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace buoyant::inspect_tool::import_plan_test {

using Kind = ImportPlan::Kind;

/// Server 1, whose log has (10, 30]: term 2 up to 20, then term 4. Its snapshot is through 15.
class InspectImportPlanTest : public testing::Test {
 protected:
  void SetUp() override {
    stored_.identity = {.cluster = "inspected", .server = ServerId(1), .incarnation = 9};
    stored_.hard_state = {.term = Term(5), .voted_for = ServerId(2)};
    stored_.base = {.term = Term(2), .index = Index(10)};
    stored_.runs = {{.term = Term(2), .count = 10}, {.term = Term(4), .count = 10}};
    stored_.bootstrap = 77;
    stored_.snapshot = at(2, 15);
  }

  static SnapshotMetadata at(std::uint64_t term, std::uint64_t index) {
    SnapshotMetadata snapshot;
    snapshot.id = {.position = {.term = Term(term), .index = Index(index)},
                   .creator = ServerId(3),
                   .sequence = 1,
                   .checksum = 2};
    snapshot.configuration.members = {{.id = ServerId(1), .address = "host:1"}};
    snapshot.configuration_index = Index(1);
    snapshot.bytes = 1000;
    return snapshot;
  }

  Result<ImportPlan> plan(const SnapshotMetadata& snapshot) {
    return make_import_plan(stored_, has_file_, origin_, snapshot);
  }

  Kind kind(const SnapshotMetadata& snapshot) {
    const Result<ImportPlan> made = plan(snapshot);
    EXPECT_TRUE(made.has_value()) << made.error().context();
    return made ? made->kind : Kind::kNothing;
  }

  Errc error(const SnapshotMetadata& snapshot) {
    const Result<ImportPlan> made = plan(snapshot);
    EXPECT_FALSE(made.has_value());
    return made ? Errc::kFaulted : made.error().code();
  }

  port::StoredState stored_;
  Origin origin_{.cluster = "inspected", .server = ServerId(2), .incarnation = 8, .bootstrap = 77};
  bool has_file_ = true;
};

TEST_F(InspectImportPlanTest, TheLogGoesOnBehindAnEntryThatItHas) {
  EXPECT_EQ(kind(at(2, 16)), Kind::kLogGoesOn);
  EXPECT_EQ(kind(at(4, 30)), Kind::kLogGoesOn);
  EXPECT_EQ(plan(at(4, 30))->dropped(), 0U);
}

TEST_F(InspectImportPlanTest, ALogThatGoesOnIsNotTouched) {
  const port::StorageWrite write = write_of(*plan(at(4, 25)));

  EXPECT_EQ(write.snapshot, at(4, 25));
  EXPECT_EQ(write.compact_through, Index(10));
  EXPECT_EQ(write.hard_state, std::nullopt);
  EXPECT_TRUE(write.entries.empty());
}

TEST_F(InspectImportPlanTest, ALogThatEndsBeforeItIsReplaced) {
  EXPECT_EQ(kind(at(4, 31)), Kind::kLogIsReplaced);
  EXPECT_EQ(plan(at(4, 31))->dropped(), 20U);
  EXPECT_EQ(write_of(*plan(at(4, 31))).compact_through, std::nullopt);
}

TEST_F(InspectImportPlanTest, AnEntryOfAnOlderTermInItsPlaceWasNotCommitted) {
  EXPECT_EQ(kind(at(5, 25)), Kind::kLogIsReplaced);
}

TEST_F(InspectImportPlanTest, AnEmptyLogIsReplaced) {
  stored_.base = {};
  stored_.runs.clear();
  stored_.snapshot = {};
  stored_.bootstrap = 0;

  EXPECT_EQ(kind(at(1, 1)), Kind::kLogIsReplaced);
}

TEST_F(InspectImportPlanTest, TheTermNeverFalls) {
  EXPECT_EQ(write_of(*plan(at(5, 40))).hard_state, std::nullopt);
  EXPECT_EQ(write_of(*plan(at(8, 40))).hard_state,
            (HardState{.term = Term(8), .voted_for = ServerId()}));
}

TEST_F(InspectImportPlanTest, WhatIsThereIsNotPutThere) {
  EXPECT_EQ(kind(at(2, 15)), Kind::kNothing);
}

TEST_F(InspectImportPlanTest, RefusesWhatIsOlder) {
  EXPECT_EQ(error(at(2, 9)), Errc::kCompacted);
  EXPECT_EQ(error(at(2, 14)), Errc::kCompacted);
  SnapshotMetadata another = at(2, 15);
  another.id.creator = ServerId(2);
  EXPECT_EQ(error(another), Errc::kCompacted);
}

TEST_F(InspectImportPlanTest, ALostFileIsReplacedByAnOlderOneThatTheLogReachesBackTo) {
  has_file_ = false;

  EXPECT_EQ(kind(at(2, 15)), Kind::kLogGoesOn);
  EXPECT_EQ(kind(at(2, 10)), Kind::kLogGoesOn);
  EXPECT_EQ(error(at(2, 9)), Errc::kCompacted);
}

TEST_F(InspectImportPlanTest, RefusesAnotherCluster) {
  origin_.cluster = "another";

  EXPECT_EQ(error(at(4, 31)), Errc::kWrongCluster);
}

TEST_F(InspectImportPlanTest, RefusesAClusterThatBeganOtherwise) {
  origin_.bootstrap = 78;
  EXPECT_EQ(error(at(4, 31)), Errc::kWrongCluster);

  // A server that began with a snapshot does not know.
  origin_.bootstrap = 0;
  EXPECT_EQ(kind(at(4, 31)), Kind::kLogIsReplaced);
}

TEST_F(InspectImportPlanTest, RefusesAnotherHistory) {
  EXPECT_EQ(error(at(3, 25)), Errc::kWrongCluster);
  EXPECT_EQ(error(at(3, 99)), Errc::kWrongCluster);
  EXPECT_EQ(error(at(5, 12)), Errc::kWrongCluster);
  EXPECT_EQ(error(at(5, 10)), Errc::kWrongCluster);
}

TEST_F(InspectImportPlanTest, RefusesWhatIsNoSnapshot) {
  EXPECT_EQ(error(at(0, 0)), Errc::kStorageCorrupt);
  SnapshotMetadata memberless = at(4, 31);
  memberless.configuration = {};
  memberless.configuration.outgoing = {{.id = ServerId(1), .address = "host:1"}};
  EXPECT_EQ(error(memberless), Errc::kInvalidConfiguration);
}

TEST_F(InspectImportPlanTest, SaysWhatFollows) {
  SnapshotMetadata snapshot = at(8, 40);
  snapshot.configuration.members = {{.id = ServerId(2), .address = "host:2"}};

  EXPECT_EQ(to_text(*plan(snapshot)), R"(server 1 of cluster "inspected", term 5
log: from entry 11 through entry 30 of term 4
snapshot now: through entry 15 of term 2
snapshot to be: through entry 40 of term 8, 1000 bytes, made by server 3, exported from server 2
its members: 2=host:2

The snapshot replaces the log, which then begins behind it.
- 20 entries are dropped: they are in the snapshot, or were never committed;
- a state machine that keeps its state by itself must not be ahead of the snapshot;
- the term becomes 8, without a vote;
- this server is no member there: it waits to be added, and the others must not know
  its id under other data;
)");
}

TEST_F(InspectImportPlanTest, SaysItInJson) {
  const auto json = nlohmann::json::parse(to_json(*plan(at(4, 31)), true));

  EXPECT_EQ(json["consequence"], "log_is_replaced");
  EXPECT_EQ(json["dropped_entries"], 20);
  EXPECT_EQ(json["snapshot_to_be"]["index"], 31);
  EXPECT_EQ(json["is_member"], true);
  EXPECT_EQ(json["changed"], true);
}

}  // namespace buoyant::inspect_tool::import_plan_test
