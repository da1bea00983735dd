// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/shelf.h"

#include "adapters/files/name.h"
#include "buoyant/conformance/snapshot_store_fixture.h"
#include "tests/adapters/files/faulty_disk.h"
#include "tests/adapters/posix/support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::files::shelf_test {

using conformance::contents;
using conformance::description;
using conformance::foreign;
using posix::support::read_file;
using posix::support::write_file;

class FilesShelfTest : public testing::Test {
 protected:
  void SetUp() override { open(); }

  void open() {
    shelf.reset();
    Result<Shelf> opened = Shelf::open(options);
    ASSERT_TRUE(opened.has_value()) << opened.error().context();
    shelf = std::move(*opened);
  }

  /// Everything but the lock.
  std::vector<std::string> files() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(options.directory)) {
      if (entry.path().filename() != "LOCK") {
        names.push_back(entry.path().filename());
      }
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  [[nodiscard]] std::string path(const std::string& name) const {
    return options.directory + "/" + name;
  }

  Result<SnapshotMetadata> create(std::string_view with = "contents") {
    SnapshotMetadata given = description(2, 10);
    given.id.sequence = 1;
    auto creation = shelf->create(given);
    if (!creation) {
      return fail(creation.error());
    }
    if (const Result<void> appended = (*creation)->append(view_of(with)); !appended) {
      return fail(appended.error());
    }
    return (*creation)->finish();
  }

  std::string read_all(const SnapshotMetadata& of) {
    const Result<Bytes> part = shelf->read(of.id, 0, of.bytes + 1);
    return part ? std::string(part->text()) : part.error().name();
  }

  std::uint64_t receive_first() {
    return shelf->receive(metadata, 0, view_of(text).first(200'000)).value_or(0);
  }

  /// From where it is to the end; an error's name.
  std::string receive_rest() {
    Result<std::uint64_t> at = shelf->held(metadata);
    while (at && *at < text.size()) {
      at = shelf->receive(metadata, *at, view_of(std::string_view(text).substr(*at, 70'000)));
    }
    return at ? "complete" : at.error().name();
  }

  std::uint64_t held() { return shelf->held(metadata).value_or(~std::uint64_t{0}); }

  posix::support::TemporaryDirectory parent;
  faulty_disk::FaultyDisk disk;
  FilesOptions options{.directory = parent / "snapshots", .hook = &disk};
  std::optional<Shelf> shelf;
  std::string text = contents(300'000);
  SnapshotMetadata metadata = foreign(2, 20, text);
};

TEST_F(FilesShelfTest, OpeningMakesTheNamesDurable) {
  // A process that was killed after a rename had not synced it yet.
  shelf.reset();
  disk.fail_next[Operation::kSyncDirectory] = EIO;

  const Result<Shelf> opened = Shelf::open(options);

  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code(), Errc::kStorageFailed);
}

TEST_F(FilesShelfTest, WhatWasBeingCreatedIsRemovedAtOpening) {
  write_file(path(creating_name(7)), "half of it");

  open();

  EXPECT_EQ(files(), std::vector<std::string>());
}

TEST_F(FilesShelfTest, FilesOfOthersStay) {
  write_file(path("notes"), "not ours");

  open();
  shelf->remove({}, Index(100));

  EXPECT_EQ(files(), std::vector<std::string>{"notes"});
}

TEST_F(FilesShelfTest, AFileWithADamagedHeadIsNotFound) {
  const SnapshotMetadata created = *create();
  std::string bytes = read_file(path(complete_name(created.id)));
  bytes[30] ^= 1;
  write_file(path(complete_name(created.id)), bytes);

  open();

  EXPECT_EQ(shelf->found(), std::vector<SnapshotId>());
  EXPECT_EQ(read_all(created), "storage_corrupt");
}

TEST_F(FilesShelfTest, APartOfAFileIsNotFound) {
  const SnapshotMetadata created = *create();
  const std::string bytes = read_file(path(complete_name(created.id)));
  write_file(path(complete_name(created.id)), bytes.substr(0, bytes.size() - 1));

  open();

  EXPECT_EQ(shelf->found(), std::vector<SnapshotId>());
}

TEST_F(FilesShelfTest, AFileUnderAnotherNameIsNotFound) {
  const SnapshotMetadata created = *create();
  SnapshotId other = created.id;
  other.position.index = Index(11);
  std::filesystem::rename(path(complete_name(created.id)), path(complete_name(other)));

  open();

  EXPECT_EQ(shelf->found(), std::vector<SnapshotId>());
}

TEST_F(FilesShelfTest, DamagedFilesGoWithTheNextOnesThatAreRemoved) {
  write_file(path(complete_name(metadata.id)), "not a snapshot");
  open();
  EXPECT_EQ(files().size(), 1U);

  shelf->remove({}, Index(0));

  EXPECT_EQ(files(), std::vector<std::string>());
}

TEST_F(FilesShelfTest, ADamagedFileMayBeReceivedAnew) {
  write_file(path(complete_name(metadata.id)), "not a snapshot");

  EXPECT_EQ(receive_rest(), "complete");

  EXPECT_TRUE(read_all(metadata) == text);
}

TEST_F(FilesShelfTest, AnIncomingFileGoesOnWithItsWholeChunks) {
  receive_first();

  open();

  EXPECT_EQ(held(), 3 * kChunkBytes);
  EXPECT_EQ(receive_rest(), "complete");
  EXPECT_TRUE(read_all(metadata) == text);
}

TEST_F(FilesShelfTest, ChunksThatACrashHasLostDoNotCount) {
  receive_first();
  std::string bytes = read_file(path(kIncomingName));
  bytes.replace(bytes.size() - 2 * kChunkBytes, 1000, std::string(1000, '\0'));
  write_file(path(kIncomingName), bytes);

  open();

  EXPECT_EQ(held(), kChunkBytes);
  EXPECT_EQ(receive_rest(), "complete");
  EXPECT_TRUE(read_all(metadata) == text);
}

TEST_F(FilesShelfTest, WhatACrashHasLeftBehindItsEndGoes) {
  receive_first();
  write_file(path(kIncomingName), read_file(path(kIncomingName)) + contents(500'000, 9));

  open();
  EXPECT_EQ(receive_rest(), "complete");
  open();

  EXPECT_EQ(shelf->found(), std::vector{metadata.id});
}

TEST_F(FilesShelfTest, AnIncomingFileWithoutItsHeadIsNone) {
  receive_first();
  write_file(path(kIncomingName), std::string(10'000, '\0'));

  open();

  EXPECT_EQ(held(), 0U);
  EXPECT_EQ(receive_rest(), "complete");
  EXPECT_TRUE(read_all(metadata) == text);
}

TEST_F(FilesShelfTest, AnIncomingFileThatCannotBeReadIsBegunAnew) {
  receive_first();
  open();
  disk.fail_next = {{Operation::kRead, EIO}};

  EXPECT_EQ(shelf->held(metadata).error(), Error(Errc::kStorageFailed, "", EIO));

  EXPECT_EQ(held(), 0U);
  EXPECT_EQ(receive_rest(), "complete");
}

TEST_F(FilesShelfTest, WhatIsAllHereBecomesCompleteWhenItIsAskedFor) {
  disk.dies_before = Operation::kSync;
  static_cast<void>(receive_rest());
  ASSERT_EQ(files(), std::vector<std::string>{kIncomingName});
  disk.revive();

  open();
  EXPECT_EQ(held(), text.size());

  EXPECT_EQ(files(), std::vector{complete_name(metadata.id)});
  EXPECT_TRUE(read_all(metadata) == text);
}

TEST_F(FilesShelfTest, AFullDiskAtTheEndIsTriedAgain) {
  ASSERT_TRUE(shelf->receive(metadata, 0, view_of(text).first(299'999)).has_value());
  disk.fail_next = {{Operation::kWrite, ENOSPC}};

  const auto refused = shelf->receive(metadata, 299'999, view_of(text).last(1));

  EXPECT_EQ(refused.error(), Error(Errc::kStorageFull, "", ENOSPC));
  EXPECT_EQ(held(), text.size());
  EXPECT_TRUE(read_all(metadata) == text);
}

/// Each operation of which a file depends on its way to its name.
class FilesFailureTest : public FilesShelfTest, public testing::WithParamInterface<Operation> {};

TEST_P(FilesFailureTest, OfACreationIsReportedAndLeavesNothing) {
  disk.fail_next = {{GetParam(), EIO}};

  const Result<SnapshotMetadata> created = create(text);

  ASSERT_FALSE(created.has_value());
  EXPECT_EQ(created.error(), Error(Errc::kStorageFailed, "", EIO));
  EXPECT_EQ(files(), std::vector<std::string>());
}

TEST_P(FilesFailureTest, OfTheEndOfATransferIsReportedAndLeavesNothing) {
  ASSERT_TRUE(shelf->receive(metadata, 0, view_of(text).first(299'999)).has_value());
  // The first one looks whether the file is complete already.
  disk.fail_next = {{GetParam(), EIO}};
  disk.fail_next.erase(Operation::kOpen);
  disk.fail_next.emplace(Operation::kSync, EIO);

  const auto received = shelf->receive(metadata, 299'999, view_of(text).last(1));

  ASSERT_FALSE(received.has_value());
  EXPECT_EQ(received.error(), Error(Errc::kStorageFailed, "", EIO));
  EXPECT_EQ(files(), std::vector<std::string>());
  disk.fail_next.clear();
  EXPECT_EQ(receive_rest(), "complete");
}

INSTANTIATE_TEST_SUITE_P(All, FilesFailureTest,
                         testing::Values(Operation::kOpen, Operation::kWrite, Operation::kSync,
                                         Operation::kClose, Operation::kRename,
                                         Operation::kSyncDirectory));

/// A process that ends at any operation, and the next one.
class FilesCrashTest : public FilesShelfTest {
 protected:
  /// What happens when it ends at this operation: "" when all is well afterwards.
  template <class Act>
  std::string end_at(std::size_t operation, Act act) {
    std::filesystem::remove_all(options.directory);
    open();
    disk.dies_at = disk.operations + operation;
    act();
    disk.revive();
    open();
    for (const SnapshotId& id : shelf->found()) {
      const Result<Bytes> all = shelf->read(id, 0, text.size() + 1);
      if (!all || all->text() != text) {
        return "a file that was found is not whole";
      }
    }
    if (receive_rest() != "complete" || read_all(metadata) != text) {
      return "a transfer does not go on";
    }
    return files().size() > 2 ? "something is left" : "";
  }

  /// The operations at which something goes wrong.
  template <class Act>
  std::vector<std::string> end_anywhere(std::size_t operations, Act act) {
    std::vector<std::string> wrong;
    for (std::size_t operation = 0; operation < operations; ++operation) {
      if (std::string why = end_at(operation, act); !why.empty()) {
        wrong.push_back(std::to_string(operation) + ": " + why);
      }
    }
    return wrong;
  }

  template <class Act>
  std::size_t operations_of(Act act) {
    const std::size_t before = disk.operations;
    act();
    return disk.operations - before;
  }
};

TEST_F(FilesCrashTest, ACreationThatEndsAnywhereLeavesAllOrNothing) {
  const auto act = [this] { static_cast<void>(create(text)); };
  const std::size_t operations = operations_of(act);
  ASSERT_GT(operations, 8U);

  EXPECT_EQ(end_anywhere(operations + 1, act), std::vector<std::string>());
}

TEST_F(FilesCrashTest, ATransferThatEndsAnywhereGoesOn) {
  const auto act = [this] { static_cast<void>(receive_rest()); };
  const std::size_t operations = operations_of(act);
  ASSERT_GT(operations, 8U);

  EXPECT_EQ(end_anywhere(operations + 1, act), std::vector<std::string>());
}

}  // namespace buoyant::files::shelf_test
