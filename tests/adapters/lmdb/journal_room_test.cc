// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Whatever the journal acknowledged finds room in the tables, though the file cannot grow.

#include "adapters/lmdb/journal.h"
#include "buoyant/conformance/storage_conformance_fixture.h"
#include "tests/adapters/lmdb/support.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace buoyant::lmdb::journal_room_test {

using conformance::append;
using conformance::command;
using conformance::configuration;
using conformance::noop;
using conformance::truncation;
using conformance::vote;
using port::WriteOutcome;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
constexpr std::uint64_t kEntryBytes = 5'040;

class LmdbJournalRoomTest : public conformance::StorageFixture<support::Harness> {
 protected:
  /// A new directory, whose file stays as large as it is made; its tables have all but `spare` of
  /// the room for entries.
  void begin(std::uint64_t file_bytes, std::uint64_t reserve_bytes, std::uint64_t spare) {
    close();
    std::filesystem::remove_all(harness.path());
    harness.options().map_bytes_initial = file_bytes;
    harness.options().map_bytes_max = file_bytes;
    harness.options().reserve_bytes = reserve_bytes;
    open();
    last = 0;
    do {
      newest = command(1, std::string(20'000, 't'));
      write(support::in_tables(append(++last, {newest})));
      ASSERT_EQ(outcome(), WriteOutcome::kDurable);
    } while (harness.storage().status().bytes_used + reserve_bytes + spare < file_bytes);
  }

  WriteOutcome outcome() { return recorder.events.back().outcome; }

  /// Appends these, made for an index, until they are refused.
  void fill(const std::function<std::vector<Entry>(std::uint64_t first)>& entries) {
    do {
      const std::vector<Entry> made = entries(last + 1);
      port::StorageWrite appended = append(last + 1, made);
      appended.after_no_space = outcome() == WriteOutcome::kNoSpace;
      write(std::move(appended));
      last += outcome() == WriteOutcome::kDurable ? made.size() : 0;
      newest = outcome() == WriteOutcome::kDurable ? made.back() : newest;
    } while (outcome() == WriteOutcome::kDurable);
    EXPECT_EQ(outcome(), WriteOutcome::kNoSpace);
  }

  void kill_and_open() {
    harness.crash();
    open();
  }

  /// The index of the last entry that was not refused, and it.
  std::uint64_t last = 0;
  Entry newest;
};

/// Of the room for entries, when the journal comes in.
constexpr std::array<std::uint64_t, 3> kSpares = {kMiB, 250'000, 25'000};

std::vector<Entry> large(std::uint64_t count) {
  return {count, command(1, std::string(kEntryBytes, 'x'))};
}

TEST_F(LmdbJournalRoomTest, EntriesThatEachBeginATermFit) {
  for (const std::uint64_t spare : kSpares) {
    begin(4 * kMiB, kMiB, spare);

    fill([](std::uint64_t first) {
      std::vector<Entry> entries;
      for (std::uint64_t index = first; index < first + 1000; ++index) {
        entries.push_back(noop(index));
      }
      return entries;
    });
    write(vote(1'000'000, 2));

    ASSERT_EQ(outcome(), WriteOutcome::kDurable) << spare;
    kill_and_open();
    EXPECT_EQ(last_index(), last);
    EXPECT_EQ(read(last, last), std::vector{newest});
  }
}

TEST_F(LmdbJournalRoomTest, ConfigurationsFit) {
  // Two of them do not fit into one page.
  const Entry large = configuration(1, std::string(2'050, 'c'));
  for (const std::uint64_t spare : kSpares) {
    begin(4 * kMiB, kMiB, spare);

    fill([&](std::uint64_t) { return std::vector<Entry>(10, large); });
    write(vote(2, 2));

    ASSERT_EQ(outcome(), WriteOutcome::kDurable) << spare;
    kill_and_open();
    EXPECT_EQ(last_index(), last);
    EXPECT_EQ(read(last, last), std::vector{newest});
  }
}

TEST_F(LmdbJournalRoomTest, ATruncationIntoALargeRecordFitsWhenTheFileIsFull) {
  for (const std::uint64_t spare : kSpares) {
    begin(2 * kMiB, kMiB / 2, spare);

    // Fifty of them make a record.
    fill([](std::uint64_t) { return large(25); });
    write(truncation(last));
    ASSERT_EQ(outcome(), WriteOutcome::kDurable) << spare;
    kill_and_open();
    EXPECT_EQ(last_index(), last - 1);
    write(truncation(last - 1));

    ASSERT_EQ(outcome(), WriteOutcome::kDurable) << spare;
    reopen();
    EXPECT_EQ(last_index(), last - 2);
  }
}

}  // namespace buoyant::lmdb::journal_room_test
