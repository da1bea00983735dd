// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Conformance of storages: completions, no space, failure, close.
#pragma once

#include "buoyant/conformance/storage_conformance_fixture.h"

#include <algorithm>

namespace buoyant::conformance {

template <class Harness>
class StorageWriteConformance : public StorageFixture<Harness> {};

TYPED_TEST_SUITE_P(StorageWriteConformance);

TYPED_TEST_P(StorageWriteConformance, AWriteIsReportedOnce) {
  this->write(append(1, commands(1, 1, 1)));
  this->harness.run_some();

  const std::vector<Written> expected = {
      {.through = WriteId(1), .outcome = WriteOutcome::kDurable}};
  EXPECT_EQ(this->recorder.events, expected);
}

TYPED_TEST_P(StorageWriteConformance, NoCompletionRunsInsideACall) {
  for (std::uint64_t index = 1; index <= 20; ++index) {
    this->write(append(index, commands(1, index, index)));
  }

  EXPECT_FALSE(this->recorder.called_inside);
}

TYPED_TEST_P(StorageWriteConformance, CompletionsComeInOrder) {
  for (std::uint64_t index = 1; index <= 50; ++index) {
    this->submit(append(index, commands(1, index, index)));
  }
  this->settle();

  const auto earlier = [](const Written& left, const Written& right) {
    return left.through < right.through;
  };
  EXPECT_TRUE(std::is_sorted(this->recorder.events.begin(), this->recorder.events.end(), earlier));
  EXPECT_EQ(this->recorder.events.back().through, WriteId(50));
}

TYPED_TEST_P(StorageWriteConformance, WritesThatWaitShareOneCommit) {
  this->harness.hold_writes();
  this->submit(append(1, commands(1, 1, 1)));
  this->harness.wait_until_held();
  this->submit(append(2, commands(1, 2, 2)));
  this->submit(vote(1, 1));
  this->submit(append(3, commands(1, 3, 3)));

  this->harness.release_writes();
  this->settle();

  const std::vector<Written> expected = {
      {.through = WriteId(1), .outcome = WriteOutcome::kDurable},
      {.through = WriteId(4), .outcome = WriteOutcome::kDurable}};
  EXPECT_EQ(this->recorder.events, expected);
  EXPECT_EQ(this->harness.storage().status().commits, 2U);
  EXPECT_EQ(this->harness.storage().status().writes, 4U);
}

TYPED_TEST_P(StorageWriteConformance, NothingIsReportedWhileTheDiskHangs) {
  this->harness.hold_writes();
  this->submit(append(1, commands(1, 1, 1)));
  this->harness.wait_until_held();

  EXPECT_TRUE(this->recorder.events.empty());
  EXPECT_EQ(this->harness.storage().status().writes_pending, 1U);

  this->harness.release_writes();
  this->settle();
  EXPECT_EQ(this->harness.storage().status().writes_pending, 0U);
}

TYPED_TEST_P(StorageWriteConformance, StatusTellsHowLongACommitTakes) {
  this->harness.hold_writes();
  this->submit(append(1, commands(1, 1, 1)));
  this->harness.wait_until_held();

  EXPECT_GT(this->harness.storage().status().oldest_write_age, Duration(0));

  this->harness.release_writes();
  this->settle();
  EXPECT_EQ(this->harness.storage().status().oldest_write_age, Duration(0));
}

TYPED_TEST_P(StorageWriteConformance, AReportedWriteSurvivesACrash) {
  this->write(append(1, commands(1, 1, 3)));
  this->write(vote(4, 2));

  this->harness.crash();
  this->open();

  EXPECT_EQ(this->state.hard_state, (HardState{.term = Term(4), .voted_for = ServerId(2)}));
  EXPECT_EQ(this->read(1, 9), commands(1, 1, 3));
}

TYPED_TEST_P(StorageWriteConformance, NoSpaceKeepsTheVoteAndTheTruncationWithoutTheEntries) {
  this->write(append(1, commands(1, 1, 5)));
  StorageWrite all = append(3, commands(2, 3, 4));
  all.truncate_from = Index(3);
  all.hard_state = HardState{.term = Term(2), .voted_for = ServerId(1)};
  this->harness.fail_next_write(WriteOutcome::kNoSpace);

  this->write(all);

  EXPECT_EQ(this->recorder.events.back().outcome, WriteOutcome::kNoSpace);
  EXPECT_EQ(this->recorder.last_error->code(), Errc::kStorageFull);
  EXPECT_FALSE(this->harness.storage().status().poisoned);
  this->reopen();
  EXPECT_EQ(this->state.hard_state, *all.hard_state);
  EXPECT_EQ(this->read(1, 9), commands(1, 1, 2));
}

TYPED_TEST_P(StorageWriteConformance, AfterNoSpaceEntriesThatWereQueuedAreRefusedToo) {
  this->harness.hold_writes();
  this->harness.fail_next_write(WriteOutcome::kNoSpace);
  this->submit(append(1, commands(1, 1, 2)));
  this->harness.wait_until_held();
  this->submit(append(3, commands(1, 3, 4)));

  this->harness.release_writes();
  this->settle();

  EXPECT_EQ(this->recorder.events.back().outcome, WriteOutcome::kNoSpace);
  this->reopen();
  EXPECT_EQ(this->state.runs, std::vector<TermRun>());
  EXPECT_EQ(this->state.bootstrap, 0U);
}

TYPED_TEST_P(StorageWriteConformance, AfterNoSpaceVotesAreDurable) {
  this->harness.fail_next_write(WriteOutcome::kNoSpace);
  this->write(append(1, commands(1, 1, 2)));

  this->write(vote(9, 3));

  EXPECT_EQ(this->recorder.events.back().outcome, WriteOutcome::kDurable);
  this->reopen();
  EXPECT_EQ(this->state.hard_state, (HardState{.term = Term(9), .voted_for = ServerId(3)}));
}

TYPED_TEST_P(StorageWriteConformance, EntriesAreAcceptedAgainOnlyFromTheAnnouncedWriteOn) {
  this->harness.fail_next_write(WriteOutcome::kNoSpace);
  this->write(append(1, commands(1, 1, 2)));
  this->write(append(3, commands(1, 3, 3)));
  StorageWrite again = append(1, commands(2, 1, 1));
  again.after_no_space = true;

  this->write(again);
  this->write(append(2, commands(2, 2, 2)));

  const std::vector<Written> expected = {
      {.through = WriteId(1), .outcome = WriteOutcome::kNoSpace},
      {.through = WriteId(2), .outcome = WriteOutcome::kNoSpace},
      {.through = WriteId(3), .outcome = WriteOutcome::kDurable},
      {.through = WriteId(4), .outcome = WriteOutcome::kDurable}};
  EXPECT_EQ(this->recorder.events, expected);
  this->reopen();
  EXPECT_EQ(this->read(1, 9), commands(2, 1, 2));
}

TYPED_TEST_P(StorageWriteConformance, TheDiskMayBeFullAgain) {
  this->harness.fail_next_write(WriteOutcome::kNoSpace);
  this->write(append(1, commands(1, 1, 2)));
  StorageWrite again = append(1, commands(1, 1, 2));
  again.after_no_space = true;
  this->harness.fail_next_write(WriteOutcome::kNoSpace);

  this->write(again);
  EXPECT_EQ(this->recorder.events.back().outcome, WriteOutcome::kNoSpace);
  this->write(again);

  EXPECT_EQ(this->recorder.events.back().outcome, WriteOutcome::kDurable);
}

TYPED_TEST_P(StorageWriteConformance, ATruncationOfRefusedEntriesChangesNothing) {
  this->write(append(1, commands(1, 1, 2)));
  this->harness.hold_writes();
  this->harness.fail_next_write(WriteOutcome::kNoSpace);
  this->submit(append(3, commands(1, 3, 6)));
  this->harness.wait_until_held();
  this->submit(truncation(5));
  this->submit(append(5, commands(2, 5, 5)));

  this->harness.release_writes();
  this->settle();

  EXPECT_EQ(this->read(1, 9), commands(1, 1, 2));
}

TYPED_TEST_P(StorageWriteConformance, AFailedWriteIsTheEnd) {
  this->write(append(1, commands(1, 1, 1)));
  this->harness.fail_next_write(WriteOutcome::kFailed);

  this->write(append(2, commands(1, 2, 2)));
  this->write(vote(3, 1));

  const std::vector<Written> expected = {{.through = WriteId(1), .outcome = WriteOutcome::kDurable},
                                         {.through = WriteId(2), .outcome = WriteOutcome::kFailed},
                                         {.through = WriteId(3), .outcome = WriteOutcome::kFailed}};
  EXPECT_EQ(this->recorder.events, expected);
  EXPECT_EQ(this->recorder.last_error->code(), Errc::kStorageFailed);
  EXPECT_TRUE(this->harness.storage().status().poisoned);
}

TYPED_TEST_P(StorageWriteConformance, WritesQueuedBehindAFailedOneFail) {
  this->harness.hold_writes();
  this->harness.fail_next_write(WriteOutcome::kFailed);
  this->submit(append(1, commands(1, 1, 1)));
  this->harness.wait_until_held();
  this->submit(append(2, commands(1, 2, 2)));

  this->harness.release_writes();
  this->settle();

  EXPECT_EQ(this->recorder.events.front().outcome, WriteOutcome::kFailed);
  EXPECT_EQ(this->recorder.events.back().outcome, WriteOutcome::kFailed);
}

TYPED_TEST_P(StorageWriteConformance, AFailedWriteLeavesWhatWasDurableBefore) {
  this->write(append(1, commands(1, 1, 3)));
  this->harness.fail_next_write(WriteOutcome::kFailed);
  this->write(append(4, commands(1, 4, 4)));
  this->write(vote(9, 3));

  this->reopen();

  EXPECT_EQ(this->state.hard_state, HardState{});
  EXPECT_EQ(this->read(1, 9), commands(1, 1, 3));
  this->write(append(4, commands(2, 4, 4)));
  EXPECT_EQ(this->recorder.events.back().outcome, WriteOutcome::kDurable);
}

TYPED_TEST_P(StorageWriteConformance, CloseCarriesOutWhatWasQueued) {
  for (std::uint64_t index = 1; index <= 10; ++index) {
    this->submit(append(index, commands(1, index, index)));
  }

  this->reopen();

  EXPECT_EQ(this->read(1, 99), commands(1, 1, 10));
}

TYPED_TEST_P(StorageWriteConformance, NoEventComesAfterClose) {
  this->submit(append(1, commands(1, 1, 1)));
  bool read = false;
  this->harness.storage().read(Index(1), Index(1), 10,
                               [&](const Result<std::vector<Entry>>&) { read = true; });

  this->close();
  this->harness.run_some();

  EXPECT_TRUE(this->recorder.events.empty());
  EXPECT_FALSE(read);
  this->open();
}

TYPED_TEST_P(StorageWriteConformance, CloseCallsBackOnceAndNotInsideTheCall) {
  int closed = 0;

  this->harness.storage().close([&] { closed += 1; });
  EXPECT_EQ(closed, 0);
  this->run_until([&] { return closed > 0; });
  this->harness.run_some();

  EXPECT_EQ(closed, 1);
  this->harness.forget();
}

TYPED_TEST_P(StorageWriteConformance, CloseEndsWhileTheDiskHangs) {
  this->harness.hold_writes();
  this->submit(append(1, commands(1, 1, 1)));
  this->harness.wait_until_held();

  this->close();

  EXPECT_TRUE(this->recorder.events.empty());
}

TYPED_TEST_P(StorageWriteConformance, CloseMayBeCalledFromAnEvent) {
  bool closed = false;
  this->recorder.on_event = [&] {
    this->harness.storage().close([&] { closed = true; });
    this->recorder.on_event = nullptr;
  };

  this->submit(append(1, commands(1, 1, 1)));
  this->run_until([&] { return closed; });
  this->harness.forget();

  EXPECT_EQ(this->recorder.events.size(), 1U);
}

TYPED_TEST_P(StorageWriteConformance, DestructionDropsWhatWasNotReported) {
  this->write(append(1, commands(1, 1, 1)));
  this->submit(append(2, commands(1, 2, 2)));

  this->harness.crash();
  this->harness.run_some();

  EXPECT_EQ(this->recorder.events.size(), 1U);
  this->open();
  EXPECT_EQ(this->read(1, 1), commands(1, 1, 1));
}

REGISTER_TYPED_TEST_SUITE_P(
    StorageWriteConformance, AWriteIsReportedOnce, NoCompletionRunsInsideACall,
    CompletionsComeInOrder, WritesThatWaitShareOneCommit, NothingIsReportedWhileTheDiskHangs,
    StatusTellsHowLongACommitTakes, AReportedWriteSurvivesACrash,
    NoSpaceKeepsTheVoteAndTheTruncationWithoutTheEntries,
    AfterNoSpaceEntriesThatWereQueuedAreRefusedToo, AfterNoSpaceVotesAreDurable,
    EntriesAreAcceptedAgainOnlyFromTheAnnouncedWriteOn, TheDiskMayBeFullAgain,
    ATruncationOfRefusedEntriesChangesNothing, AFailedWriteIsTheEnd,
    WritesQueuedBehindAFailedOneFail, AFailedWriteLeavesWhatWasDurableBefore,
    CloseCarriesOutWhatWasQueued, NoEventComesAfterClose, CloseCallsBackOnceAndNotInsideTheCall,
    CloseEndsWhileTheDiskHangs, CloseMayBeCalledFromAnEvent, DestructionDropsWhatWasNotReported);

}  // namespace buoyant::conformance
