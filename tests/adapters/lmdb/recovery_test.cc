// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/recovery.h"

#include "adapters/lmdb/journal.h"
#include "adapters/lmdb/log_image.h"
#include "buoyant/conformance/storage_conformance_fixture.h"
#include "tests/adapters/lmdb/support.h"

#include <filesystem>
#include <string>
#include <vector>

namespace buoyant::lmdb::recovery_test {

using conformance::append;
using conformance::command;
using conformance::commands;
using conformance::vote;

/// An entry that fills a record alone and is easy to find in the file.
Entry landmark(const std::string& name) {
  return command(1, "landmark-" + name + std::string(200'000, '.'));
}

class LmdbRecoveryTest : public conformance::StorageFixture<support::Harness> {
 protected:
  std::string data() { return harness.path("data.mdb"); }

  /// One record each.
  void write_landmarks(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      write(append(++landmarks, {landmark(name)}));
    }
  }

  std::uint64_t landmarks = 0;
};

TEST_F(LmdbRecoveryTest, RefusesTheDirectoryOfAnotherCluster) {
  close();
  harness.options().cluster = "other";

  EXPECT_EQ(harness.open_error(), Errc::kWrongCluster);
  harness.options().cluster = "conformance";
}

TEST_F(LmdbRecoveryTest, RefusesTheDirectoryOfAnotherServer) {
  close();
  harness.options().server = ServerId(8);

  EXPECT_EQ(harness.open_error(), Errc::kWrongIdentity);
  harness.options().server = ServerId(7);
}

TEST_F(LmdbRecoveryTest, OpensWhateverIsThereForWhoDoesNotKnowWhose) {
  write(vote(4, 2));
  close();
  harness.options().any_identity = true;
  harness.options().cluster.clear();
  harness.options().server = ServerId();

  open();

  EXPECT_EQ(state.identity.cluster, conformance::kCluster);
  EXPECT_EQ(state.identity.server, conformance::kServer);
  EXPECT_EQ(state.hard_state, (HardState{Term(4), ServerId(2)}));
}

TEST_F(LmdbRecoveryTest, MakesNothingForWhoDoesNotKnowWhose) {
  close();
  std::filesystem::remove(data());
  harness.options().any_identity = true;

  EXPECT_EQ(harness.open_error(), Errc::kInvalidOptions);
  EXPECT_FALSE(std::filesystem::exists(data()));
  harness.options().any_identity = false;
}

TEST_F(LmdbRecoveryTest, ARefusedOpeningIsNoStart) {
  const std::uint64_t starts = state.identity.start_counter;
  close();
  harness.options().cluster = "other";
  EXPECT_EQ(harness.open_error(), Errc::kWrongCluster);
  harness.options().cluster = "conformance";

  open();

  EXPECT_EQ(state.identity.start_counter, starts + 1);
}

TEST_F(LmdbRecoveryTest, ASecondOpeningInTheProcessIsRefused) {
  EXPECT_EQ(harness.open_error(), Errc::kDirectoryInUse);
}

TEST_F(LmdbRecoveryTest, AWipedDirectoryIsAnotherIncarnation) {
  const std::uint64_t before = state.identity.incarnation;
  close();
  std::filesystem::remove_all(harness.path());

  open();

  EXPECT_NE(state.identity.incarnation, before);
  EXPECT_EQ(state.identity.start_counter, 1U);
}

TEST_F(LmdbRecoveryTest, AnUnfinishedCreationIsBegunAnew) {
  close();
  std::filesystem::remove_all(harness.path());
  std::filesystem::create_directories(harness.path("creating"));
  support::write_file(harness.path("creating/data.mdb"), "half of a page");

  open();

  EXPECT_EQ(state.identity.start_counter, 1U);
  EXPECT_FALSE(std::filesystem::exists(harness.path("creating")));
}

TEST_F(LmdbRecoveryTest, ACreationThatWasOnlyRenamedIsFinished) {
  write(vote(3, 1));
  close();
  std::filesystem::create_directories(harness.path("creating"));
  support::write_file(harness.path("creating/lock.mdb"), "");

  open();

  EXPECT_EQ(state.hard_state.term, Term(3));
  EXPECT_FALSE(std::filesystem::exists(harness.path("creating")));
}

TEST_F(LmdbRecoveryTest, WhatNoCreationLeavesIsRefusedAndNotRemoved) {
  close();
  std::filesystem::create_directories(harness.path("creating"));
  support::write_file(harness.path("creating/unknown"), "somebody's");
  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);
  EXPECT_TRUE(std::filesystem::exists(harness.path("creating/unknown")));
  std::filesystem::remove_all(harness.path("creating"));

  support::write_file(harness.path("creating"), "a file");
  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);
  std::filesystem::remove_all(harness.path("creating"));

  std::filesystem::create_directories(harness.path("elsewhere"));
  support::write_file(harness.path("elsewhere/data.mdb"), "another's");
  std::filesystem::create_directory_symlink("elsewhere", harness.path("creating"));
  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);
  EXPECT_TRUE(std::filesystem::exists(harness.path("elsewhere/data.mdb")));
  std::filesystem::remove_all(harness.path("creating"));
}

TEST_F(LmdbRecoveryTest, AnEmptyFileIsCorrupt) {
  close();
  support::write_file(data(), "");

  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);
}

TEST_F(LmdbRecoveryTest, GarbageIsCorrupt) {
  close();
  support::write_file(data(), std::string(1'000'000, 'g'));

  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);
}

TEST_F(LmdbRecoveryTest, AFileThatWasCutShortIsCorrupt) {
  write_landmarks({"a", "b", "c", "d"});
  close();
  std::filesystem::resize_file(data(), 400'000);

  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);
}

TEST_F(LmdbRecoveryTest, AFileWithoutItsUnusedEndIsWhole) {
  write(support::in_tables(append(1, commands(1, 1, 3))));
  const auto used = harness.storage().status().bytes_used;
  close();
  std::filesystem::resize_file(data(), used);

  open();

  EXPECT_EQ(read(1, 3), commands(1, 1, 3));
}

TEST_F(LmdbRecoveryTest, AFlippedBitInTheLastRecordIsFoundAtOpening) {
  write_landmarks({"a", "b"});
  close();
  support::flip_in_file(data(), "landmark-b");

  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);
}

TEST_F(LmdbRecoveryTest, AFlippedBitInAnOldRecordIsFoundByItsRead) {
  write_landmarks({"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"});
  close();
  support::flip_in_file(data(), "landmark-a");

  open();

  EXPECT_EQ(read_error(1, 1), Errc::kStorageCorrupt);
  EXPECT_EQ(read(2, 2), std::vector{landmark("b")});
}

TEST_F(LmdbRecoveryTest, OpeningDoesNotReadTheLog) {
  write(append(1, commands(1, 1, 1000)));
  for (std::uint64_t index = 1001; index <= 1020; ++index) {
    submit(append(index, {landmark("x")}));
    settle();
  }
  write(append(1021, commands(2, 1021, 1040)));
  for (std::uint64_t index = 1041; index <= 1050; ++index) {
    write(support::in_tables(append(index, commands(2, index, index))));
  }
  close();
  // Not one of the 20 records is intact.
  support::flip_in_file(data(), "landmark-x");

  open();

  EXPECT_EQ(state.runs, (std::vector<TermRun>{{.term = Term(1), .count = 1020},
                                              {.term = Term(2), .count = 30}}));
  EXPECT_EQ(read_error(1001, 1001), Errc::kStorageCorrupt);
}

TEST_F(LmdbRecoveryTest, AFlippedBitInASmallValueIsFoundAtOpening) {
  write(vote(3, 1));
  close();
  support::flip_in_file(data(), "BYM1", 9);

  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);
}

TEST_F(LmdbRecoveryTest, AFailedWriteLeavesAMarker) {
  harness.fail_next_write(port::WriteOutcome::kFailed);
  write(vote(3, 1));
  close();

  EXPECT_TRUE(std::filesystem::exists(harness.path("POISON")));
}

TEST_F(LmdbRecoveryTest, AfterAPoisonedRunTheTailIsWrittenAgain) {
  write_landmarks({"a", "b"});
  harness.fail_next_write(port::WriteOutcome::kFailed);
  write(vote(3, 1));
  close();
  const std::size_t copies = support::count_in_file(data(), "landmark-b");

  open();

  EXPECT_GT(support::count_in_file(data(), "landmark-b"), copies);
  EXPECT_FALSE(std::filesystem::exists(harness.path("POISON")));
  EXPECT_EQ(read(2, 2), std::vector{landmark("b")});
}

TEST_F(LmdbRecoveryTest, AfterACleanRunTheTailIsLeftAlone) {
  write_landmarks({"a", "b"});
  close();
  const std::size_t copies = support::count_in_file(data(), "landmark-b");

  open();

  EXPECT_EQ(support::count_in_file(data(), "landmark-b"), copies);
}

TEST_F(LmdbRecoveryTest, TheStartIsCommittedBeforeAnythingIsReported) {
  close();
  harness.commits().fail_next(EIO);

  EXPECT_EQ(harness.open_error(), Errc::kStorageFailed);
}

TEST_F(LmdbRecoveryTest, AFullDiskAtOpeningStillOpensFromTheReserve) {
  write(append(1, commands(1, 1, 3)));
  close();
  harness.commits().fail_next(ENOSPC);

  open();

  EXPECT_EQ(read(1, 3), commands(1, 1, 3));
}

TEST_F(LmdbRecoveryTest, AJournalThatDoesNotContinueTheLogIsCorrupt) {
  write(support::in_tables(append(1, commands(1, 1, 3))));
  harness.crash();
  const std::string before = support::read_file(data());
  {
    const Result<PageFile> file = PageFile::open(harness.path());
    const FileHeader view = *file->newest();
    LogImage image(*file, view, GroupId(0));
    const JournalPlace place = *find_journal(*file, view, state.identity.incarnation);
    std::vector<std::byte> batch;
    encode_batch(GroupId(0), std::vector{append(5, commands(1, 5, 6))}, batch);
    std::vector<std::byte> sectors(sectors_for(batch.size()) * kSectorBytes);
    write_sectors(batch, 0, image.journal()->next, place.tag, sectors.data());
    std::string content = before;
    content.replace(place.offset, sectors.size(), text_of(sectors));
    support::write_file(data(), content);
  }

  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);

  support::write_file(data(), before);
  open();
  EXPECT_EQ(last_index(), 3U);
}

}  // namespace buoyant::lmdb::recovery_test
