// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/storage/file_storage.h"

#include "buoyant/conformance/storage_conformance.h"
#include "tests/examples/storage/harness.h"

#include <gtest/gtest.h>

#include <cerrno>

BUOYANT_INSTANTIATE_STORAGE_CONFORMANCE(File, file_storage::harness::Harness);

namespace file_storage::file_storage_test {

using buoyant::Errc;
using buoyant::conformance::append;
using buoyant::conformance::commands;
using buoyant::port::WriteOutcome;

class FileStorageTest : public buoyant::conformance::StorageFixture<harness::Harness> {};

TEST_F(FileStorageTest, AnOpenDirectoryIsInUse) {
  EXPECT_EQ(harness.open_error(harness.options()), Errc::kDirectoryInUse);
}

TEST_F(FileStorageTest, ADirectoryBelongsToOneServerOfOneCluster) {
  close();
  FileStorageOptions other_cluster = harness.options();
  FileStorageOptions other_server = harness.options();
  other_cluster.cluster = "other";
  other_server.server = buoyant::ServerId(8);

  EXPECT_EQ(harness.open_error(other_cluster), Errc::kWrongCluster);
  EXPECT_EQ(harness.open_error(other_server), Errc::kWrongIdentity);
}

TEST_F(FileStorageTest, OpeningGivesTheSpaceOfCompactedEntriesBack) {
  write(append(1, commands(1, 1, 10'000)));
  write(buoyant::conformance::compaction(9'999));
  const std::uint64_t before = harness.storage().status().bytes_file;

  reopen();
  write(append(10'001, commands(1, 10'001, 10'001)));

  EXPECT_LT(harness.storage().status().bytes_file, before / 100);
}

TEST_F(FileStorageTest, ADiskWithoutRoomForAVoteIsAFailedOne) {
  close();
  FileStorageOptions full = harness.options();
  full.before_commit = [] { return ENOSPC; };
  harness.open(full);
  harness.storage().start(recorder);

  write(buoyant::conformance::vote(1, 1));

  EXPECT_EQ(recorder.events.back().outcome, WriteOutcome::kFailed);
}

}  // namespace file_storage::file_storage_test
