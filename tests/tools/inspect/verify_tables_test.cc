// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Values that are whole, each by itself, and do not belong together: what no flipped bit makes,
/// but a lost or misplaced page, or a mistake of ours.

#include "adapters/lmdb/environment.h"
#include "adapters/lmdb/log_tables.h"
#include "tests/tools/inspect/data_directory.h"
#include "tools/inspect/verify.h"
#include "tools/inspect/verify_log.h"

#include <cstring>
#include <functional>

namespace buoyant::inspect_tool::verify_tables_test {

using lmdb::Key;
using lmdb::LogTables;
using lmdb::Transaction;
using testing_support::commands;
using testing_support::configuration;
using testing_support::DataDirectory;
using testing_support::of;
using testing_support::read_file;
using testing_support::voter;
using testing_support::write_file;

class InspectVerifyTablesTest : public testing::Test {
 protected:
  void SetUp() override { directory_.fill(); }

  /// Changes tables behind the storage's back.
  void tamper(const std::function<int(Transaction&)>& change) {
    lmdb::LmdbOptions options;
    options.map_bytes_initial = std::uint64_t{4} << 20U;
    auto environment = lmdb::Environment::open(directory_.path(), options);
    ASSERT_TRUE(environment.has_value());
    auto txn = (*environment)->begin_write();
    ASSERT_TRUE(txn.has_value());
    ASSERT_EQ(change(*txn), 0);
    ASSERT_EQ((*environment)->commit(*txn), 0);
  }

  static int remove(Transaction& txn, MDB_dbi table, std::uint64_t index) {
    const Key key(GroupId(0), Index(index));
    MDB_val native = lmdb::native(key.view());
    return mdb_del(txn.get(), table, &native, nullptr);
  }

  static int put(Transaction& txn, MDB_dbi table, std::uint64_t index, ByteView content) {
    const Key key(GroupId(0), Index(index));
    const std::vector<std::byte> sealed = lmdb::seal(key.view(), content);
    MDB_val native_key = lmdb::native(key.view());
    MDB_val value = lmdb::native(sealed);
    return mdb_put(txn.get(), table, &native_key, &value, 0);
  }

  void change_state(const std::function<void(lmdb::GroupState&)>& change) {
    tamper([&](Transaction& txn) {
      LogTables tables(txn, GroupId(0));
      lmdb::GroupState state;
      const int rc = tables.read_state(state);
      change(state);
      return rc == 0 ? tables.write_state(state) : rc;
    });
  }

  bool finds(const std::string& text) {
    const Result<Report> report = verify(
        directory_.path(), codec_, [](std::uint64_t) {}, [](std::uint64_t) {});
    EXPECT_TRUE(report.has_value());
    found_ = report ? to_text(*report) : "";
    return found_.find(text) != std::string::npos;
  }

  testing_support::TemporaryDirectory parent_;
  DataDirectory directory_{parent_ / "data"};
  flatbuf::FlatbuffersCodec codec_;
  std::string found_;
};

TEST_F(InspectVerifyTablesTest, NothingIsWrongUntilItIsTamperedWith) {
  tamper([](Transaction&) { return 0; });

  EXPECT_TRUE(finds("no damage")) << found_;
}

TEST_F(InspectVerifyTablesTest, ATermThatIsNotThatOfTheEntries) {
  tamper([](Transaction& txn) {
    lmdb::ContentWriter content;
    content.number(4);
    return put(txn, txn.tables().runs, 90, content.view()) + remove(txn, txn.tables().runs, 61) +
           put(txn, txn.tables().runs, 61, content.view());
  });

  EXPECT_TRUE(finds("log: entry 61: it is of another term than the table of terms says")) << found_;
  EXPECT_TRUE(finds("log: entry 100: it is of another term than the table of terms says"))
      << found_;
  EXPECT_FALSE(finds("log: entry 60:")) << found_;
}

TEST_F(InspectVerifyTablesTest, ARunThatBeginsTooLate) {
  tamper([](Transaction& txn) {
    lmdb::ContentWriter content;
    content.number(5);
    return remove(txn, txn.tables().runs, 61) + put(txn, txn.tables().runs, 63, content.view());
  });

  EXPECT_TRUE(finds("log: entry 61: it is of another term")) << found_;
  EXPECT_TRUE(finds("log: entry 62: it is of another term")) << found_;
  EXPECT_FALSE(finds("log: entry 63:")) << found_;
}

TEST_F(InspectVerifyTablesTest, TermsThatFall) {
  tamper([](Transaction& txn) {
    lmdb::ContentWriter content;
    content.number(1);
    return put(txn, txn.tables().runs, 80, content.view());
  });

  EXPECT_TRUE(finds("values: the terms of the log: it fails its checks")) << found_;
}

TEST_F(InspectVerifyTablesTest, AConfigurationThatIsNotInTheTable) {
  directory_.append(101, {configuration(6, of({voter(1), voter(2)}))});
  tamper([](Transaction& txn) { return remove(txn, txn.tables().configurations, 101); });

  EXPECT_TRUE(finds("log: entry 101: it is a configuration that the table")) << found_;
}

TEST_F(InspectVerifyTablesTest, AConfigurationThatIsNotInTheLog) {
  const Bytes payload = configuration(6, of({voter(1)})).payload;
  tamper(
      [&](Transaction& txn) { return put(txn, txn.tables().configurations, 77, payload.view()); });

  EXPECT_TRUE(finds("log: entry 77: it is not the configuration that the table")) << found_;
}

TEST_F(InspectVerifyTablesTest, AnotherConfigurationThanThatOfTheLog) {
  directory_.append(101, {configuration(6, of({voter(1), voter(2)}))});
  const Bytes payload = configuration(6, of({voter(1)})).payload;
  tamper(
      [&](Transaction& txn) { return put(txn, txn.tables().configurations, 101, payload.view()); });

  EXPECT_TRUE(finds("log: entry 101: the table of configurations has another one")) << found_;
}

TEST_F(InspectVerifyTablesTest, AConfigurationThatIsNone) {
  tamper([](Transaction& txn) {
    return put(txn, txn.tables().configurations, 77, view_of("nonsense"));
  });

  EXPECT_TRUE(finds("values: entry 77: a configuration does not decode")) << found_;
}

TEST_F(InspectVerifyTablesTest, ARecordThatIsNotThere) {
  directory_.append(101, commands(6, 10, 10));
  directory_.append(111, commands(6, 10, 10));
  tamper([](Transaction& txn) { return remove(txn, txn.tables().log, 101); });

  EXPECT_TRUE(finds("log: entries 101 to 110: not there\n")) << found_;
}

TEST_F(InspectVerifyTablesTest, ALastRecordThatIsNotThere) {
  directory_.append(101, commands(6, 10, 10));
  tamper([](Transaction& txn) { return remove(txn, txn.tables().log, 101); });

  EXPECT_TRUE(finds("log: entries 101 to 110: not there\n")) << found_;
}

TEST_F(InspectVerifyTablesTest, TwoRecordsOfTheSameEntries) {
  const std::vector<Entry> entries = commands(5, 3, 10);
  tamper([&](Transaction& txn) {
    const std::vector<const Entry*> refs = {&entries[0], &entries[1], &entries[2]};
    std::vector<std::byte> record(lmdb::record_bytes(refs));
    lmdb::write_record(record.data(), GroupId(0), Index(63), refs);
    const Key key(GroupId(0), Index(63));
    MDB_val native_key = lmdb::native(key.view());
    MDB_val value = lmdb::native(record);
    return mdb_put(txn.get(), txn.tables().log, &native_key, &value, 0);
  });

  EXPECT_TRUE(finds("log: entries 63 to 65: two records have the same entries")) << found_;
}

TEST_F(InspectVerifyTablesTest, ALogThatIsLongerThanItsStateSays) {
  change_state([](lmdb::GroupState& state) { state.last = Index(99); });
  EXPECT_TRUE(finds("a record that reaches beyond the log's end")) << found_;

  change_state([](lmdb::GroupState& state) { state.last = Index(55); });
  EXPECT_TRUE(finds("a record behind the log's end")) << found_;
}

TEST_F(InspectVerifyTablesTest, ALogThatDoesNotReachItsSnapshot) {
  change_state([](lmdb::GroupState& state) { state.base.index = Index(55); });
  EXPECT_TRUE(finds("values: entry 50: the log begins behind its snapshot")) << found_;

  change_state([](lmdb::GroupState& state) {
    state.base.index = Index(30);
    state.last = Index(40);
  });
  EXPECT_TRUE(finds("values: entry 50: the log ends before its snapshot")) << found_;
}

TEST_F(InspectVerifyTablesTest, ASnapshotOfAnotherTerm) {
  tamper([](Transaction& txn) {
    LogTables tables(txn, GroupId(0));
    SnapshotMetadata snapshot;
    const int rc = tables.read_snapshot(snapshot);
    snapshot.id.position.term = Term(1);
    return rc == 0 ? tables.write_snapshot(snapshot) : rc;
  });

  EXPECT_TRUE(finds("values: entry 50: the snapshot is of another term than the log")) << found_;
}

TEST_F(InspectVerifyTablesTest, ATermBehindTheLog) {
  change_state([](lmdb::GroupState& state) { state.hard_state.term = Term(3); });

  EXPECT_TRUE(finds("values: the term is behind that of the last entry")) << found_;
}

TEST_F(InspectVerifyTablesTest, AMetaPageWithTheNumberOfAnotherCommit) {
  std::string content = read_file(directory_.data());
  // Both are said to be two commits later, so that they still follow each other.
  for (const std::size_t at : {std::size_t{144}, std::size_t{4096 + 144}}) {
    std::uint64_t transaction = 0;
    std::memcpy(&transaction, content.data() + at, sizeof(transaction));
    transaction += 2;
    std::memcpy(content.data() + at, &transaction, sizeof(transaction));
  }
  write_file(directory_.data(), content);

  EXPECT_TRUE(finds("values: the meta page has another commit's number")) << found_;
}

TEST_F(InspectVerifyTablesTest, AFreePageThatIsInUse) {
  const auto file = lmdb::PageFile::open(directory_.path());
  const auto view = file->newest();
  lmdb::PageWalk walk(*file, *view, view->free_tree.root, lmdb::KeyOrder::kNumbers);
  ASSERT_TRUE(walk.first());
  std::string content = read_file(directory_.data());
  // The first node of the leaf: its head, its key, a count, the first free page.
  const std::size_t leaf = walk.value_page() * view->page_bytes;
  std::uint16_t node = 0;
  std::memcpy(&node, content.data() + leaf + 16, sizeof(node));
  const std::size_t at = leaf + node + 8 + 8 + 8;
  content.replace(at, sizeof(view->main_tree.root),
                  std::string(reinterpret_cast<const char*>(&view->main_tree.root), 8));
  write_file(directory_.data(), content);

  EXPECT_TRUE(finds("pages: a page: it is in use twice (page " +
                    std::to_string(view->main_tree.root) + " of data.mdb)"))
      << found_;
}

}  // namespace buoyant::inspect_tool::verify_tables_test
