// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/page_file.h"

#include "buoyant/conformance/storage_conformance_fixture.h"
#include "tests/adapters/lmdb/support.h"

#include <array>
#include <filesystem>

namespace buoyant::lmdb::page_file_test {

using conformance::append;
using conformance::commands;
using conformance::vote;

class PageFileTest : public conformance::StorageFixture<support::Harness> {
 protected:
  PageFile opened() {
    Result<PageFile> file = PageFile::open(harness.path());
    EXPECT_TRUE(file.has_value());
    return std::move(*file);
  }

  static FileHeader view_of(const PageFile& file) {
    const Result<FileHeader> view = file.newest();
    EXPECT_TRUE(view.has_value());
    return *view;
  }
};

TEST_F(PageFileTest, IsNotWhereThereIsNoData) {
  const Result<PageFile> file = PageFile::open(harness.path("elsewhere"));

  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().code(), Errc::kNotReady);
  EXPECT_FALSE(std::filesystem::exists(harness.path("elsewhere")));
}

TEST_F(PageFileTest, AViewHoldsForOneCommitMore) {
  const PageFile file = opened();
  const FileHeader view = view_of(file);
  EXPECT_TRUE(*file.view_holds(view));

  write(support::in_tables(vote(1, 1)));
  EXPECT_EQ(view_of(file).transaction, view.transaction + 1);
  EXPECT_TRUE(*file.view_holds(view));
  write(support::in_tables(vote(2, 1)));

  EXPECT_FALSE(*file.view_holds(view));
}

TEST_F(PageFileTest, AViewsPagesStayAsTheyWereForOneCommitMore) {
  write(support::in_tables(append(1, commands(1, 1, 50))));
  const PageFile file = opened();
  const FileHeader view = view_of(file);
  std::vector<std::byte> before((view.last_page - 1) * view.page_bytes);
  ASSERT_EQ(file.read(2 * view.page_bytes, before), 0);

  write(support::in_tables(vote(5, 2)));
  std::vector<std::byte> after(before.size());
  ASSERT_EQ(file.read(2 * view.page_bytes, after), 0);
  const Result<FileHeader> now = file.newest();
  ASSERT_EQ(now->transaction, view.transaction + 1);

  // Only pages that the view had as free may differ: its trees' roots do not.
  const auto root = [&](const std::vector<std::byte>& pages) {
    return std::vector<std::byte>(
        pages.begin() + static_cast<std::ptrdiff_t>((view.main_tree.root - 2) * view.page_bytes),
        pages.begin() + static_cast<std::ptrdiff_t>((view.main_tree.root - 1) * view.page_bytes));
  };
  EXPECT_EQ(root(before), root(after));
}

TEST_F(PageFileTest, LooksWithoutLeavingATrace) {
  write(support::in_tables(append(1, commands(1, 1, 50))));
  close();
  const std::string data = support::read_file(harness.path("data.mdb"));
  const std::string lock = support::read_file(harness.path("lock.mdb"));
  const auto written = std::filesystem::last_write_time(harness.path("lock.mdb"));

  const PageFile file = opened();
  ASSERT_TRUE(*file.view_holds(view_of(file)));

  EXPECT_EQ(support::read_file(harness.path("data.mdb")), data);
  EXPECT_EQ(support::read_file(harness.path("lock.mdb")), lock);
  EXPECT_EQ(std::filesystem::last_write_time(harness.path("lock.mdb")), written);
}

TEST_F(PageFileTest, BehindTheEndNothingIsRead) {
  const PageFile file = opened();
  std::uint64_t bytes = 0;
  std::uint64_t allocated = 0;
  ASSERT_EQ(file.size(bytes, allocated), 0);
  std::array<std::byte, 16> target{};

  EXPECT_EQ(file.read(bytes - target.size(), target), 0);
  EXPECT_EQ(file.read(bytes - 1, target), EIO);
}

TEST_F(PageFileTest, AFileThatWasCutIsCorrupt) {
  close();
  std::filesystem::resize_file(harness.path("data.mdb"), 8192);
  const PageFile file = opened();

  const Result<FileHeader> view = file.newest();

  ASSERT_FALSE(view.has_value());
  EXPECT_EQ(view.error().code(), Errc::kStorageCorrupt);
}

}  // namespace buoyant::lmdb::page_file_test
