// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/file_header.h"

#include "adapters/posix/file_descriptor.h"
#include "tests/adapters/lmdb/support.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <string>

namespace buoyant::lmdb::file_header_test {

constexpr std::size_t kPage = 4096;

class FileHeaderTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto loop = std::make_shared<support::WatchingLoop>();
    ASSERT_TRUE(LmdbStorage::open(support::options_for(parent / "data"), loop).has_value());
    content = support::read_file(parent / "data/data.mdb");
  }

  Result<FileHeader> header() {
    const std::string path = parent / "copy";
    support::write_file(path, content);
    const posix::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    return read_file_header(file.get());
  }

  Errc error() {
    const Result<FileHeader> found = header();
    EXPECT_FALSE(found.has_value());
    return found ? Errc::kFaulted : found.error().code();
  }

  void set(std::size_t offset, char value) {
    content[offset] = value;
    content[kPage + offset] = value;
  }

  support::TemporaryDirectory parent;
  std::string content;
};

TEST_F(FileHeaderTest, OfAFileOfOursIsGood) {
  const Result<FileHeader> found = header();

  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->page_bytes, kPage);
  EXPECT_GT(found->last_page, 2U);
  EXPECT_GT(found->transaction, 0U);
}

TEST_F(FileHeaderTest, NeedsConsecutiveTransactions) {
  // The older page would be taken for the newer one.
  content[145] ^= 0x01;

  EXPECT_EQ(error(), Errc::kStorageCorrupt);
}

TEST_F(FileHeaderTest, NeedsEachTransactionInItsPage) {
  content[144] ^= 0x01;
  content[kPage + 144] ^= 0x01;

  EXPECT_EQ(error(), Errc::kStorageCorrupt);
}

TEST_F(FileHeaderTest, NeedsLmdbsMagic) {
  set(16, 'x');

  EXPECT_EQ(error(), Errc::kStorageCorrupt);
}

TEST_F(FileHeaderTest, NeedsBothMetaPages) {
  content[kPage + 16] = 'x';

  EXPECT_EQ(error(), Errc::kStorageCorrupt);
}

TEST_F(FileHeaderTest, NeedsTheDataVersion) {
  set(20, 9);

  EXPECT_EQ(error(), Errc::kStorageCorrupt);
}

TEST_F(FileHeaderTest, NeedsAPossiblePageSize) {
  set(41, 0x11);

  EXPECT_EQ(error(), Errc::kStorageCorrupt);
}

TEST_F(FileHeaderTest, NeedsRootsInsideTheFile) {
  set(128 + 6, 1);

  EXPECT_EQ(error(), Errc::kStorageCorrupt);
}

TEST_F(FileHeaderTest, NeedsTheFileToCoverItsLastPage) {
  content.resize(header()->last_page * kPage);

  EXPECT_EQ(error(), Errc::kStorageCorrupt);
}

TEST_F(FileHeaderTest, IsContentWithAFileThatEndsWithItsLastPage) {
  content.resize((header()->last_page + 1) * kPage);

  EXPECT_TRUE(header().has_value());
}

TEST_F(FileHeaderTest, NeedsMoreThanOnePage) {
  content.resize(kPage);

  EXPECT_EQ(error(), Errc::kStorageCorrupt);
}

TEST_F(FileHeaderTest, OfAClosedDescriptorIsAFailure) {
  const Result<FileHeader> found = read_file_header(-1);

  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code(), Errc::kStorageFailed);
  EXPECT_EQ(found.error().native(), EBADF);
}

}  // namespace buoyant::lmdb::file_header_test
