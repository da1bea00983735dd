// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/notes.h"

#include "tests/disk/draw.h"

#include <gtest/gtest.h>

namespace buoyant::disk::notes_test {

constexpr SnapshotId kFirst{.position = {.term = Term(1), .index = Index(4)},
                            .creator = ServerId(1),
                            .sequence = 1,
                            .checksum = 77};
constexpr SnapshotId kSecond{.position = {.term = Term(2), .index = Index(9)},
                             .creator = ServerId(2),
                             .sequence = 5,
                             .checksum = 78};

LogState some_log() {
  LogState log;
  log.hard_state = {.term = Term(3), .voted_for = ServerId(2)};
  log.base = {.term = Term(1), .index = Index(4)};
  log.snapshot = {.id = kFirst,
                  .configuration = some_configuration(),
                  .configuration_index = Index(1),
                  .bytes = 12};
  log.bootstrap = 99;
  log.entries = {{.term = Term(2), .kind = EntryKind::kCommand, .sum = 5}};
  return log;
}

LogChange change(std::uint64_t id, std::uint64_t term) {
  LogChange change;
  change.id = WriteId(id);
  change.hard_state = HardState{.term = Term(term), .voted_for = {}};
  return change;
}

class LedgerOfNotesTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(ledger.add(Opened{.incarnation = 6, .starts = 1, .log = {}, .snapshots = {}}), "");
  }

  std::vector<std::uint64_t> possible_terms() {
    std::vector<std::uint64_t> terms;
    for (const LogState& log : ledger.expectation().logs) {
      terms.push_back(log.hard_state.term.value());
    }
    return terms;
  }

  Ledger ledger;
};

TEST(NotesTest, ComeBackAsTheyWere) {
  LogChange full = change(4, 8);
  full.truncate_from = Index(3);
  full.first = Index(3);
  full.entries = some_log().entries;
  full.compact_through = Index(2);
  full.snapshot = some_log().snapshot;
  const std::vector<Note> notes = {
      Expectation{.logs = {some_log(), LogState()},
                  .incarnation = 3,
                  .starts = 2,
                  .snapshots = {kFirst},
                  .receiving = some_log().snapshot},
      Opened{.incarnation = 3, .starts = 2, .log = some_log(), .snapshots = {kFirst, kSecond}},
      Submitted{full},
      Submitted{change(1, 2)},
      Written{WriteId(7)},
      SnapshotDurable{kSecond},
      Retained{{kFirst}},
      Receiving{some_log().snapshot}};

  for (const Note& note : notes) {
    const std::vector<std::uint64_t> numbers = encode(note);
    EXPECT_EQ(decode(std::as_bytes(std::span(numbers))), note) << note.index();
  }
}

TEST_F(LedgerOfNotesTest, WhatIsSubmittedMayBeThereUpToAnyWrite) {
  ledger.add(Submitted{change(1, 1)});
  ledger.add(Submitted{change(2, 2)});

  EXPECT_EQ(possible_terms(), (std::vector<std::uint64_t>{0, 1, 2}));
}

TEST_F(LedgerOfNotesTest, WhatIsReportedMustBeThere) {
  ledger.add(Submitted{change(1, 1)});
  ledger.add(Submitted{change(2, 2)});
  ledger.add(Submitted{change(3, 3)});
  ledger.add(Written{WriteId(2)});

  EXPECT_EQ(possible_terms(), (std::vector<std::uint64_t>{2, 3}));
}

TEST_F(LedgerOfNotesTest, WhatAStartFoundIsDurable) {
  ledger.add(Submitted{change(1, 1)});
  ledger.add(Submitted{change(2, 2)});
  LogState found;
  found.apply(change(1, 1));

  EXPECT_EQ(ledger.add(Opened{.incarnation = 6, .starts = 2, .log = found, .snapshots = {}}), "");
  EXPECT_EQ(possible_terms(), (std::vector<std::uint64_t>{1}));
}

TEST_F(LedgerOfNotesTest, AStartThatFindsLessIsWrong) {
  ledger.add(Submitted{change(1, 1)});
  ledger.add(Written{WriteId(1)});

  EXPECT_NE(ledger.add(Opened{.incarnation = 6, .starts = 2, .log = {}, .snapshots = {}}), "");
}

TEST_F(LedgerOfNotesTest, AStartCountsFurther) {
  EXPECT_NE(ledger.add(Opened{.incarnation = 6, .starts = 1, .log = {}, .snapshots = {}}), "");
}

TEST_F(LedgerOfNotesTest, DurableSnapshotsMustBeThereUntilTheyAreGivenUp) {
  ledger.add(SnapshotDurable{kFirst});
  ledger.add(SnapshotDurable{kSecond});
  ledger.add(Retained{{kSecond}});

  EXPECT_EQ(ledger.expectation().snapshots, std::vector<SnapshotId>{kSecond});
}

}  // namespace buoyant::disk::notes_test
