// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/opening_check.h"

#include "adapters/lmdb/environment.h"
#include "adapters/lmdb/log_image.h"
#include "buoyant/base/little_endian.h"
#include "buoyant/conformance/storage_conformance_fixture.h"
#include "tests/adapters/lmdb/support.h"

#include <cstring>
#include <functional>
#include <string>

namespace buoyant::lmdb::opening_check_test {

using conformance::append;
using conformance::command;
using conformance::vote;

constexpr std::size_t kPage = 4096;
constexpr std::size_t kTransactionAt = 144;

class LmdbOpeningCheckTest : public conformance::StorageFixture<support::Harness> {
 protected:
  std::string data() { return harness.path("data.mdb"); }

  /// Three records in two terms, a configuration, and the last commit a vote.
  void fill() {
    write(support::in_tables(append(1, {command(1, std::string(5000, 'a'))})));
    write(support::in_tables(
        append(2, {{.term = Term(1), .kind = EntryKind::kConfiguration, .payload = {}}})));
    write(support::in_tables(append(3, {command(2, std::string(5000, 'c'))})));
    write(support::in_tables(vote(5, 2)));
    close();
  }

  void change_file(const std::function<void(std::string&)>& change) {
    std::string content = support::read_file(data());
    change(content);
    support::write_file(data(), content);
  }

  void flip(std::size_t offset, char bits) {
    change_file([&](std::string& content) { content[offset] ^= bits; });
  }

  /// Changes tables as a commit does; its number is put first, to be changed too.
  void tamper(const std::function<int(Transaction&)>& change) {
    auto environment = Environment::open(harness.path(), harness.options());
    ASSERT_TRUE(environment.has_value());
    auto txn = (*environment)->begin_write();
    ASSERT_TRUE(txn.has_value());
    ASSERT_EQ(put_number(txn->get(), txn->tables().values), 0);
    ASSERT_EQ(change(*txn), 0);
    ASSERT_EQ(txn->commit(), 0);
  }

  std::size_t page_of_newer() {
    return PageFile::open(harness.path())->newest()->transaction % 2 * kPage;
  }

  std::string context_of_opening() {
    const Result<posix::Directory> directory = posix::Directory::open(harness.path(), true);
    const Result<FoundJournal> checked = check_before_mapping(*directory, GroupId(0), false);
    return checked ? "good" : checked.error().context();
  }
};

TEST_F(LmdbOpeningCheckTest, WhatTheStorageLeavesIsGood) {
  fill();

  EXPECT_EQ(context_of_opening(), "good");
}

TEST_F(LmdbOpeningCheckTest, EveryCommitHasItsNumber) {
  fill();
  const auto pages = PageFile::open(harness.path());
  const auto views = pages->views();

  EXPECT_EQ(*LogImage(*pages, views->newer, GroupId(0)).transaction(), views->newer.transaction);
  EXPECT_EQ(*LogImage(*pages, views->older, GroupId(0)).transaction(), views->older.transaction);
}

TEST_F(LmdbOpeningCheckTest, AnOlderCommitThatSeemsNewerIsCorrupt) {
  fill();
  const std::size_t older = kPage - page_of_newer();
  const auto views = PageFile::open(harness.path())->views();

  change_file([&](std::string& content) {
    store_le64(reinterpret_cast<std::byte*>(content.data()) + older + kTransactionAt,
               views->newer.transaction + 1);
  });

  EXPECT_EQ(context_of_opening(), "data.mdb: a meta page has another commit's number");
  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);
}

TEST_F(LmdbOpeningCheckTest, ANewerCommitThatSeemsOlderIsCorrupt) {
  fill();
  const std::size_t newer = page_of_newer();
  const auto views = PageFile::open(harness.path())->views();

  change_file([&](std::string& content) {
    store_le64(reinterpret_cast<std::byte*>(content.data()) + newer + kTransactionAt,
               views->older.transaction - 1);
  });

  EXPECT_EQ(context_of_opening(), "data.mdb: a meta page has another commit's number");
  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);
}

TEST_F(LmdbOpeningCheckTest, AfterAFailedWriteTheOlderMetaPageMayHaveAnythingInIt) {
  fill();
  const std::size_t newer = page_of_newer();
  change_file([&](std::string& content) {
    // The trees, as LMDB leaves them when it could not write the page.
    content.replace(kPage - newer + 40, 96, content, newer + 40, 96);
  });
  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);
  support::write_file(harness.path("POISON"), "");

  open();

  EXPECT_EQ(state.hard_state.term, Term(5));
}

TEST_F(LmdbOpeningCheckTest, ARecordThatIsMissingIsCorrupt) {
  fill();
  tamper([](Transaction& txn) {
    const Key key(GroupId(0), Index(2));
    MDB_val native_key = native(key.view());
    return mdb_del(txn.get(), txn.tables().log, &native_key, nullptr);
  });

  EXPECT_EQ(context_of_opening(), "data.mdb: records of the log are missing");
  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);
}

TEST_F(LmdbOpeningCheckTest, AFirstRecordThatIsMissingIsCorrupt) {
  fill();
  tamper([](Transaction& txn) {
    const Key key(GroupId(0), Index(1));
    MDB_val native_key = native(key.view());
    return mdb_del(txn.get(), txn.tables().log, &native_key, nullptr);
  });

  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);
}

TEST_F(LmdbOpeningCheckTest, ALogThatBeginsInTheMiddleOfARecordIsGood) {
  write(append(1, conformance::commands(1, 1, 10)));
  write(append(11, conformance::commands(1, 11, 20)));
  port::StorageWrite compaction;
  compaction.compact_through = Index(5);
  write(std::move(compaction));
  close();
  EXPECT_EQ(context_of_opening(), "good");

  open();
  port::StorageWrite rest;
  rest.compact_through = Index(20);
  write(std::move(rest));
  close();

  EXPECT_EQ(context_of_opening(), "good");
}

TEST_F(LmdbOpeningCheckTest, AValueUnderAnotherKeyIsCorrupt) {
  fill();
  // A configuration in front of all others would be taken for one that was compacted.
  tamper([](Transaction& txn) {
    const Key right(GroupId(0), Index(2));
    const Key wrong(GroupId(0), Index(0));
    const std::vector<std::byte> sealed = seal(right.view(), {});
    MDB_val native_key = native(right.view());
    MDB_val value = native(sealed);
    const int rc = mdb_del(txn.get(), txn.tables().configurations, &native_key, nullptr);
    native_key = native(wrong.view());
    return rc == 0 ? mdb_put(txn.get(), txn.tables().configurations, &native_key, &value, 0) : rc;
  });

  EXPECT_EQ(context_of_opening(), "data.mdb: a small value in it");
}

TEST_F(LmdbOpeningCheckTest, ATableWithAnotherNameIsCorrupt) {
  fill();
  const std::size_t root = PageFile::open(harness.path())->newest()->main_tree.root;

  change_file([&](std::string& content) {
    content[content.find("configurations", root * kPage) + 13] = 'z';
  });

  EXPECT_EQ(context_of_opening(), "data.mdb: its tables are not ours");
  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);
}

TEST_F(LmdbOpeningCheckTest, AnOlderFormatIsRefusedAsOne) {
  fill();
  tamper([](Transaction& txn) {
    ContentWriter content;
    content.number(kFormatVersion - 1).text("whatever it has");
    const std::vector<std::byte> sealed = seal(identity_key(), content.view());
    MDB_val native_key = native(identity_key());
    MDB_val value = native(sealed);
    const int rc = mdb_put(txn.get(), txn.tables().values, &native_key, &value, 0);
    native_key = native(transaction_key());
    return rc == 0 ? mdb_del(txn.get(), txn.tables().values, &native_key, nullptr) : rc;
  });

  EXPECT_EQ(context_of_opening(), "the data directory's format");
  EXPECT_EQ(harness.open_error(), Errc::kUnsupportedVersion);
}

TEST_F(LmdbOpeningCheckTest, ADamagedPageIsNamed) {
  fill();
  const std::size_t root = PageFile::open(harness.path())->newest()->main_tree.root;

  flip(root * kPage + 12, 0x02);

  EXPECT_EQ(context_of_opening().find("data.mdb, page " + std::to_string(root) + ": "), 0U)
      << context_of_opening();
  EXPECT_EQ(harness.open_error(), Errc::kStorageCorrupt);
}

}  // namespace buoyant::lmdb::opening_check_test
