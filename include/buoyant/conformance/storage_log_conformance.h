// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Conformance of storages: appending, truncating and reading the log.
#pragma once

#include "buoyant/conformance/storage_conformance_fixture.h"

namespace buoyant::conformance {

template <class Harness>
class StorageLogConformance : public StorageFixture<Harness> {};

TYPED_TEST_SUITE_P(StorageLogConformance);

TYPED_TEST_P(StorageLogConformance, EntriesComeBackAsTheyWere) {
  const std::vector<Entry> entries = {configuration(1, "members"), noop(1), command(1, "x")};

  this->write(append(1, entries));

  EXPECT_EQ(this->read(1, 3), entries);
}

TYPED_TEST_P(StorageLogConformance, EntriesComeBackAfterReopening) {
  const std::vector<Entry> entries = {noop(1), command(1, "x"), noop(2), command(2, "y")};
  this->write(append(1, entries));

  this->reopen();

  EXPECT_EQ(this->read(1, 4), entries);
}

TYPED_TEST_P(StorageLogConformance, AnEmptyCommandStaysACommand) {
  this->write(append(1, {command(1, "")}));

  this->reopen();

  EXPECT_EQ(this->read(1, 1), std::vector{command(1, "")});
}

TYPED_TEST_P(StorageLogConformance, ALargeEntryComesBack) {
  const Entry large = command(1, std::string(3'000'000, 'x'));
  this->write(append(1, {noop(1), large, noop(1)}));

  this->reopen();

  EXPECT_EQ(this->read_all(1, 3), (std::vector{noop(1), large, noop(1)}));
}

TYPED_TEST_P(StorageLogConformance, ManyEntriesOfOneWriteComeBack) {
  this->write(append(1, commands(1, 1, 20'000)));

  this->reopen();

  EXPECT_EQ(this->read_all(1, 20'000), commands(1, 1, 20'000));
}

TYPED_TEST_P(StorageLogConformance, EntriesOfManyWritesComeBack) {
  for (std::uint64_t index = 1; index <= 100; ++index) {
    this->submit(append(index, commands(1, index, index)));
  }
  this->settle();

  this->reopen();

  EXPECT_EQ(this->read_all(1, 100), commands(1, 1, 100));
}

TYPED_TEST_P(StorageLogConformance, RunsOfOneTermAreJoinedAcrossWrites) {
  this->write(append(1, commands(1, 1, 2)));
  this->write(append(3, commands(1, 3, 4)));
  this->write(append(5, joined(commands(2, 5, 5), commands(4, 6, 6))));

  this->reopen();

  const std::vector<TermRun> runs = {
      {.term = Term(1), .count = 4}, {.term = Term(2), .count = 1}, {.term = Term(4), .count = 1}};
  EXPECT_EQ(this->state.runs, runs);
}

TYPED_TEST_P(StorageLogConformance, TruncationBetweenBatchesDropsTheLaterOne) {
  this->write(append(1, commands(1, 1, 3)));
  this->write(append(4, commands(1, 4, 6)));

  this->write(truncation(4));

  EXPECT_EQ(this->read(1, 9), commands(1, 1, 3));
  EXPECT_EQ(this->read_error(4, 4), Errc::kNotReady);
}

TYPED_TEST_P(StorageLogConformance, TruncationInsideABatchKeepsItsHead) {
  this->write(append(1, commands(1, 1, 5)));

  this->write(truncation(3));

  EXPECT_EQ(this->read(1, 9), commands(1, 1, 2));
}

TYPED_TEST_P(StorageLogConformance, TruncationSurvivesReopening) {
  this->write(append(1, commands(1, 1, 5)));
  this->write(truncation(3));

  this->reopen();

  EXPECT_EQ(this->last_index(), 2U);
  EXPECT_EQ(this->read(1, 9), commands(1, 1, 2));
}

TYPED_TEST_P(StorageLogConformance, TruncationOfManyBatchesKeepsTheHeadOfOne) {
  this->write(append(1, commands(1, 1, 4)));
  this->write(append(5, commands(1, 5, 8)));
  this->write(append(9, commands(2, 9, 12)));

  this->write(truncation(2));
  this->reopen();

  EXPECT_EQ(this->state.runs, (std::vector<TermRun>{{.term = Term(1), .count = 1}}));
  EXPECT_EQ(this->read(1, 9), commands(1, 1, 1));
}

TYPED_TEST_P(StorageLogConformance, TruncationOfEverythingLeavesAnEmptyLog) {
  this->write(append(1, commands(1, 1, 5)));

  this->write(truncation(1));
  this->reopen();

  EXPECT_EQ(this->state.runs, std::vector<TermRun>());
  EXPECT_EQ(this->read_error(1, 1), Errc::kNotReady);
}

TYPED_TEST_P(StorageLogConformance, TruncationBehindTheEndChangesNothing) {
  this->write(append(1, commands(1, 1, 5)));

  this->write(truncation(6));

  EXPECT_EQ(this->read(1, 9), commands(1, 1, 5));
}

TYPED_TEST_P(StorageLogConformance, OneWriteReplacesEntries) {
  this->write(append(1, commands(1, 1, 5)));
  StorageWrite replacement = append(3, commands(2, 3, 4));
  replacement.truncate_from = Index(3);

  this->write(replacement);
  this->reopen();

  EXPECT_EQ(this->read(1, 9), joined(commands(1, 1, 2), commands(2, 3, 4)));
}

TYPED_TEST_P(StorageLogConformance, AppendGoesOnAfterATruncation) {
  this->write(append(1, commands(1, 1, 5)));
  this->write(truncation(4));

  this->write(append(4, commands(3, 4, 6)));
  this->reopen();

  EXPECT_EQ(this->state.runs,
            (std::vector<TermRun>{{.term = Term(1), .count = 3}, {.term = Term(3), .count = 3}}));
  EXPECT_EQ(this->read(1, 9), joined(commands(1, 1, 3), commands(3, 4, 6)));
}

TYPED_TEST_P(StorageLogConformance, WritesQueuedTogetherAppendTruncateAndAppend) {
  this->harness.hold_writes();
  this->submit(append(1, commands(1, 1, 4)));
  this->submit(append(5, commands(1, 5, 8)));
  this->submit(truncation(7));
  this->submit(append(7, commands(2, 7, 7)));
  this->submit(truncation(3));
  this->submit(append(3, commands(3, 3, 3)));

  this->harness.release_writes();
  this->settle();
  this->reopen();

  EXPECT_EQ(this->state.runs,
            (std::vector<TermRun>{{.term = Term(1), .count = 2}, {.term = Term(3), .count = 1}}));
  EXPECT_EQ(this->read(1, 9), joined(commands(1, 1, 2), commands(3, 3, 3)));
}

TYPED_TEST_P(StorageLogConformance, AReadBeginsAndEndsInsideBatches) {
  this->write(append(1, commands(1, 1, 3)));
  this->write(append(4, commands(1, 4, 6)));
  this->write(append(7, commands(1, 7, 9)));

  EXPECT_EQ(this->read(2, 8), commands(1, 2, 8));
  EXPECT_EQ(this->read(5, 5), commands(1, 5, 5));
}

TYPED_TEST_P(StorageLogConformance, AReadEndsWithTheLog) {
  this->write(append(1, commands(1, 1, 3)));

  EXPECT_EQ(this->read(2, 100), commands(1, 2, 3));
}

TYPED_TEST_P(StorageLogConformance, AReadEndsAtItsByteLimit) {
  const std::vector<Entry> entries = {command(1, "1234"), command(1, "5678"), command(1, "90")};
  this->write(append(1, entries));

  EXPECT_EQ(this->read(1, 3, 8), (std::vector{entries[0], entries[1]}));
  EXPECT_EQ(this->read(1, 3, 10), entries);
}

TYPED_TEST_P(StorageLogConformance, TheByteLimitCountsAcrossBatches) {
  this->write(append(1, {command(1, "1234")}));
  this->write(append(2, {command(1, "5678")}));

  EXPECT_EQ(this->read(1, 2, 7), (std::vector{command(1, "1234")}));
}

TYPED_TEST_P(StorageLogConformance, AReadGivesOneEntryHoweverLargeItIs) {
  const Entry large = command(1, std::string(1000, 'x'));
  this->write(append(1, {large, large}));

  EXPECT_EQ(this->read(1, 2, 10), std::vector{large});
}

TYPED_TEST_P(StorageLogConformance, AReadBehindTheEndIsNotReady) {
  this->write(append(1, commands(1, 1, 3)));

  EXPECT_EQ(this->read_error(4, 4), Errc::kNotReady);
}

TYPED_TEST_P(StorageLogConformance, AReadOfAnEmptyLogIsNotReady) {
  EXPECT_EQ(this->read_error(1, 1), Errc::kNotReady);
}

TYPED_TEST_P(StorageLogConformance, WhatIsNotDurableIsNotRead) {
  this->write(append(1, commands(1, 1, 1)));
  this->harness.hold_writes();
  this->submit(append(2, commands(1, 2, 2)));

  EXPECT_EQ(this->read(1, 2), commands(1, 1, 1));

  this->harness.release_writes();
  this->settle();
}

TYPED_TEST_P(StorageLogConformance, MoreThan64ReadsAreBusy) {
  this->write(append(1, commands(1, 1, 1)));
  std::vector<Errc> errors;
  int answers = 0;

  for (int i = 0; i < 80; ++i) {
    this->harness.storage().read(Index(1), Index(1), 10, [&](Result<std::vector<Entry>> entries) {
      answers += 1;
      if (!entries) {
        errors.push_back(entries.error().code());
      }
    });
  }
  this->run_until([&] { return answers == 80; });

  EXPECT_EQ(errors, std::vector<Errc>(16, Errc::kBusy));
}

TYPED_TEST_P(StorageLogConformance, AReadNeverCallsBackInsideTheCall) {
  this->write(append(1, commands(1, 1, 1)));
  bool answered = false;

  this->harness.storage().read(Index(1), Index(1), 10,
                               [&](const Result<std::vector<Entry>>&) { answered = true; });

  EXPECT_FALSE(answered);
  this->run_until([&] { return answered; });
}

REGISTER_TYPED_TEST_SUITE_P(
    StorageLogConformance, EntriesComeBackAsTheyWere, EntriesComeBackAfterReopening,
    AnEmptyCommandStaysACommand, ALargeEntryComesBack, ManyEntriesOfOneWriteComeBack,
    EntriesOfManyWritesComeBack, RunsOfOneTermAreJoinedAcrossWrites,
    TruncationBetweenBatchesDropsTheLaterOne, TruncationInsideABatchKeepsItsHead,
    TruncationSurvivesReopening, TruncationOfManyBatchesKeepsTheHeadOfOne,
    TruncationOfEverythingLeavesAnEmptyLog, TruncationBehindTheEndChangesNothing,
    OneWriteReplacesEntries, AppendGoesOnAfterATruncation,
    WritesQueuedTogetherAppendTruncateAndAppend, AReadBeginsAndEndsInsideBatches,
    AReadEndsWithTheLog, AReadEndsAtItsByteLimit, TheByteLimitCountsAcrossBatches,
    AReadGivesOneEntryHoweverLargeItIs, AReadBehindTheEndIsNotReady, AReadOfAnEmptyLogIsNotReady,
    WhatIsNotDurableIsNotRead, MoreThan64ReadsAreBusy, AReadNeverCallsBackInsideTheCall);

}  // namespace buoyant::conformance
