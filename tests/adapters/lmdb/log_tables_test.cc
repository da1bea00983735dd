// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/log_tables.h"

#include "adapters/lmdb/environment.h"
#include "adapters/lmdb/log_reader.h"
#include "tests/adapters/lmdb/support.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace buoyant::lmdb::log_tables_test {

constexpr GroupId kA{1};
constexpr GroupId kB{2};

std::vector<Entry> numbered(std::uint64_t term, std::uint64_t first, std::uint64_t last) {
  std::vector<Entry> entries;
  for (std::uint64_t index = first; index <= last; ++index) {
    entries.push_back({.term = Term(term),
                       .kind = EntryKind::kCommand,
                       .payload = Bytes::copy_of(std::to_string(index))});
  }
  return entries;
}

/// Two groups in one environment.
class LogTablesTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string path = parent / "environment";
    std::filesystem::create_directory(path);
    auto opened = Environment::open(path, support::options_for(path));
    ASSERT_TRUE(opened.has_value());
    environment = std::move(*opened);
  }

  /// Runs `change` in a transaction of its own.
  template <class Change>
  void commit(GroupId group, Change change) {
    auto txn = environment->begin_write();
    ASSERT_TRUE(txn.has_value());
    LogTables tables(*txn, group);
    ASSERT_EQ(change(tables), 0);
    ASSERT_EQ(environment->commit(*txn), 0);
  }

  /// Appends entries [first, last] of a term as one record, and the state that goes with it.
  void append(GroupId group, std::uint64_t term, std::uint64_t first, std::uint64_t last) {
    const std::vector<Entry> entries = numbered(term, first, last);
    std::vector<const Entry*> refs;
    for (const Entry& entry : entries) {
      refs.push_back(&entry);
    }
    commit(group, [&](LogTables& tables) {
      const int rc = tables.append(Index(first), refs);
      return rc == 0 ? tables.write_state(state(0, last)) : rc;
    });
  }

  static GroupState state(std::uint64_t base, std::uint64_t last) {
    GroupState result;
    result.base.index = Index(base);
    result.last = Index(last);
    return result;
  }

  Swept sweep(GroupId group, std::uint64_t base, std::uint64_t last, std::size_t count_max) {
    Swept swept;
    commit(group, [&](LogTables& tables) {
      return tables.sweep({.term = Term(1), .index = Index(base)}, Index(last), count_max, swept);
    });
    return swept;
  }

  std::vector<TermRun> runs(GroupId group, std::uint64_t base, std::uint64_t last) {
    std::vector<TermRun> result;
    commit(group,
           [&](LogTables& tables) { return tables.read_runs(Index(base), Index(last), result); });
    return result;
  }

  int check_tail(GroupId group, const GroupState& expected) {
    auto txn = environment->begin_write();
    return LogTables(*txn, group).check_tail(expected, 8, false);
  }

  support::TemporaryDirectory parent;
  std::unique_ptr<Environment> environment;
};

TEST_F(LogTablesTest, GroupsDoNotSeeEachOther) {
  append(kB, 7, 1, 4);
  append(kA, 5, 1, 2);
  append(kA, 6, 3, 3);

  EXPECT_EQ(read_entries(*environment, LogTail(Index(9)), kA, Index(1), Index(9), 1000),
            (std::vector<Entry>{numbered(5, 1, 2)[0], numbered(5, 1, 2)[1], numbered(6, 3, 3)[0]}));
  EXPECT_EQ(read_entries(*environment, LogTail(Index(9)), kB, Index(1), Index(9), 1000),
            numbered(7, 1, 4));
}

TEST_F(LogTablesTest, TruncationStaysInItsGroup) {
  append(kA, 5, 1, 4);
  append(kB, 7, 1, 4);

  commit(kA, [](LogTables& tables) { return tables.truncate(Index(1)); });

  EXPECT_EQ(read_entries(*environment, LogTail(Index(9)), kB, Index(1), Index(9), 1000),
            numbered(7, 1, 4));
  EXPECT_EQ(runs(kB, 0, 4), (std::vector<TermRun>{{.term = Term(7), .count = 4}}));
}

TEST_F(LogTablesTest, SweepingStaysInItsGroup) {
  append(kA, 5, 1, 4);
  append(kB, 7, 1, 4);

  const Swept swept = sweep(kB, 4, 4, 100);

  EXPECT_EQ(swept.removed, 1U);
  EXPECT_EQ(read_entries(*environment, LogTail(Index(9)), kA, Index(1), Index(9), 1000),
            numbered(5, 1, 4));
}

TEST_F(LogTablesTest, SweepingGoesInSlices) {
  append(kA, 1, 1, 1);
  append(kA, 1, 2, 2);
  append(kA, 1, 3, 3);
  append(kA, 1, 4, 4);

  const Swept first = sweep(kA, 3, 4, 2);
  const Swept second = sweep(kA, 3, 4, 2);

  EXPECT_EQ(first.removed, 2U);
  EXPECT_TRUE(first.more);
  EXPECT_EQ(second.removed, 1U);
  EXPECT_FALSE(second.more);
}

TEST_F(LogTablesTest, SweepingLeavesTheRecordThatReachesOverTheBase) {
  append(kA, 1, 1, 4);
  append(kA, 1, 5, 8);

  const Swept swept = sweep(kA, 6, 8, 100);

  EXPECT_EQ(swept.removed, 1U);
  EXPECT_EQ(read_entries(*environment, LogTail(Index(9)), kA, Index(7), Index(8), 1000),
            numbered(1, 7, 8));
}

TEST_F(LogTablesTest, SweepingLeavesTheTermThatReachesOverTheBase) {
  append(kA, 1, 1, 2);
  append(kA, 2, 3, 6);

  static_cast<void>(sweep(kA, 4, 6, 100));

  EXPECT_EQ(runs(kA, 4, 6), (std::vector<TermRun>{{.term = Term(2), .count = 2}}));
}

TEST_F(LogTablesTest, ALogThatLostItsEndIsFound) {
  append(kA, 1, 1, 2);
  append(kA, 1, 3, 4);

  EXPECT_EQ(check_tail(kA, state(0, 4)), 0);
  EXPECT_EQ(check_tail(kA, state(0, 5)), MDB_CORRUPTED);
}

TEST_F(LogTablesTest, ALogThatIsLongerThanItsStateIsFound) {
  append(kA, 1, 1, 2);
  append(kA, 1, 3, 4);

  EXPECT_EQ(check_tail(kA, state(0, 2)), MDB_CORRUPTED);
  EXPECT_EQ(check_tail(kA, state(0, 0)), MDB_CORRUPTED);
}

TEST_F(LogTablesTest, ALogWithAHoleIsFound) {
  append(kA, 1, 1, 2);
  append(kA, 1, 5, 6);

  EXPECT_EQ(check_tail(kA, state(0, 6)), MDB_CORRUPTED);
}

TEST_F(LogTablesTest, AHoleIsNotReadOver) {
  append(kA, 1, 1, 2);
  append(kA, 1, 5, 6);

  const auto entries = read_entries(*environment, LogTail(Index(9)), kA, Index(1), Index(6), 1000);

  ASSERT_FALSE(entries.has_value());
  EXPECT_EQ(entries.error().code(), Errc::kStorageCorrupt);
}

TEST_F(LogTablesTest, AGroupWithoutAStateIsNotFound) {
  auto txn = environment->begin_write();
  GroupState found;

  EXPECT_EQ(LogTables(*txn, kA).read_state(found), MDB_NOTFOUND);
}

}  // namespace buoyant::lmdb::log_tables_test
