// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/file.h"

#include "adapters/files/folder.h"
#include "tests/adapters/files/faulty_disk.h"
#include "tests/adapters/posix/support.h"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>

namespace buoyant::files::file_test {

using posix::support::read_file;
using posix::support::write_file;

class FilesFileTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(folder->create("file", file), 0); }

  std::string read(std::uint64_t offset, std::size_t bytes) {
    std::string text(bytes, '.');
    std::size_t count = 0;
    EXPECT_EQ(file.read_at(offset, std::as_writable_bytes(std::span(text)), count), 0);
    return text.substr(0, count);
  }

  posix::support::TemporaryDirectory parent;
  faulty_disk::FaultyDisk disk;
  FilesOptions options{.directory = parent / "snapshots", .hook = &disk};
  Result<Folder> folder = Folder::open(options);
  std::string path = options.directory + "/file";
  File file;
};

TEST_F(FilesFileTest, ReadsWhatWasWritten) {
  EXPECT_EQ(file.write_at(3, view_of("contents")), 0);

  EXPECT_EQ(read(3, 8), "contents");
}

TEST_F(FilesFileTest, ShortWritesGoOn) {
  disk.transfer_bytes_max = 3;

  EXPECT_EQ(file.write_at(0, view_of("contents")), 0);

  EXPECT_EQ(read_file(path), "contents");
}

TEST_F(FilesFileTest, ShortReadsGoOn) {
  write_file(path, "contents");
  disk.transfer_bytes_max = 3;

  EXPECT_EQ(read(0, 8), "contents");
}

TEST_F(FilesFileTest, AReadAtTheEndGivesWhatThereIs) {
  write_file(path, "contents");

  EXPECT_EQ(read(6, 100), "ts");
  EXPECT_EQ(read(100, 100), "");
}

TEST_F(FilesFileTest, EveryFailureIsReported) {
  disk.fail_next = {{Operation::kWrite, ENOSPC},
                    {Operation::kRead, EIO},
                    {Operation::kTruncate, EIO},
                    {Operation::kSync, EIO},
                    {Operation::kClose, EDQUOT}};
  std::array<std::byte, 1> byte{};
  std::size_t count = 0;

  EXPECT_EQ(file.write_at(0, byte), ENOSPC);
  EXPECT_EQ(file.read_at(0, byte, count), EIO);
  EXPECT_EQ(file.truncate(0), EIO);
  EXPECT_EQ(file.sync(), EIO);
  EXPECT_EQ(file.close(), EDQUOT);
  EXPECT_FALSE(file.is_open());
}

TEST_F(FilesFileTest, AFullDiskIsToldFromABrokenOne) {
  EXPECT_EQ(file_error(ENOSPC, "").code(), Errc::kStorageFull);
  EXPECT_EQ(file_error(EDQUOT, "").code(), Errc::kStorageFull);
  EXPECT_EQ(file_error(EIO, "").code(), Errc::kStorageFailed);
  EXPECT_EQ(file_error(EIO, "").native(), EIO);
}

TEST_F(FilesFileTest, LinksAreNotFollowed) {
  std::filesystem::create_symlink("file", options.directory + "/link");

  EXPECT_EQ(folder->open_file("link", false, file), ELOOP);
}

TEST_F(FilesFileTest, ARenamedFileHasTheOtherName) {
  EXPECT_EQ(folder->rename("file", "other"), 0);

  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_TRUE(std::filesystem::exists(options.directory + "/other"));
}

TEST_F(FilesFileTest, AFailedRenameLeavesNeitherName) {
  disk.fail_next = {{Operation::kRename, EIO}};

  EXPECT_EQ(folder->rename("file", "other"), EIO);

  EXPECT_EQ(*folder->names(), (std::vector<std::string>{".", "..", "LOCK"}));
}

TEST_F(FilesFileTest, ARenameThatIsNotDurableLeavesNeitherName) {
  disk.fail_next = {{Operation::kSyncDirectory, EIO}};

  EXPECT_EQ(folder->rename("file", "other"), EIO);

  EXPECT_EQ(*folder->names(), (std::vector<std::string>{".", "..", "LOCK"}));
}

TEST_F(FilesFileTest, TheReserveIsLeftFree) {
  EXPECT_EQ(folder->check_space(), 0);

  options.directory = parent / "others";
  options.reserve_bytes = std::uint64_t{1} << 62U;
  const Result<Folder> reserving = Folder::open(options);

  EXPECT_EQ(reserving->check_space(), ENOSPC);
}

}  // namespace buoyant::files::file_test
