// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/log_image.h"

#include "adapters/lmdb/environment.h"
#include "adapters/lmdb/whole_log.h"
#include "adapters/posix/file_descriptor.h"
#include "buoyant/conformance/storage_conformance_fixture.h"
#include "tests/adapters/lmdb/support.h"

#include <atomic>
#include <chrono>
#include <fcntl.h>
#include <string>
#include <thread>
#include <unistd.h>

namespace buoyant::lmdb::log_image_test {

using conformance::append;
using conformance::command;
using conformance::commands;
using conformance::compaction;
using conformance::configuration;
using conformance::installation;
using conformance::joined;
using conformance::snapshot_at;
using conformance::truncation;
using conformance::vote;
using port::StorageWrite;

/// An entry that fills a record alone and is easy to find in the file.
Entry landmark(const std::string& name) {
  return command(3, "landmark-" + name + std::string(200'000, '.'));
}

class LogImageTest : public conformance::StorageFixture<support::Harness> {
 protected:
  Result<PageFile> file() { return PageFile::open(harness.path()); }

  Result<LogFacts> facts() {
    const auto pages = file();
    if (!pages) {
      return fail(pages.error());
    }
    return read_view<LogFacts>(*pages, [&](const FileHeader& view, int) {
      LogImage image(*pages, view, GroupId(0));
      Result<WholeLog> whole = read_whole_log(image);
      return whole ? Result<LogFacts>(std::move(whole->facts)) : fail(whole.error());
    });
  }

  /// The same as opening finds, but for the start that opening is.
  void expect_facts_of_the_next_start() {
    const Result<LogFacts> found = facts();
    ASSERT_TRUE(found.has_value()) << found.error().context();
    reopen();
    EXPECT_EQ(found->identity.cluster, state.identity.cluster);
    EXPECT_EQ(found->identity.server, state.identity.server);
    EXPECT_EQ(found->identity.incarnation, state.identity.incarnation);
    EXPECT_EQ(found->identity.start_counter + 1, state.identity.start_counter);
    EXPECT_EQ(found->state.hard_state, state.hard_state);
    EXPECT_EQ(found->state.base, state.base);
    EXPECT_EQ(found->state.bootstrap, state.bootstrap);
    EXPECT_EQ(found->snapshot, state.snapshot);
    EXPECT_EQ(found->peers, state.peers);
    EXPECT_EQ(found->runs, state.runs);
    EXPECT_EQ(found->configurations, state.configurations);
  }

  /// "FIRST-LAST" of each record from `from` on; "FIRST!" of a damaged one.
  std::string records(std::uint64_t from) {
    const auto pages = file();
    const auto view = pages->newest();
    LogImage image(*pages, *view, GroupId(0));
    std::string text;
    image.records(Index(from), [&](const StoredRecord& record) {
      text += text.empty() ? "" : " ";
      text += std::to_string(record.first.value());
      text += record.view ? "-" + std::to_string(record.view->last().value()) : "!";
      return true;
    });
    return text;
  }

  void append_one() {
    last_ += 1;
    write(support::in_tables(
        append(last_, {command(1 + last_ / 100, std::string(last_ % 50 * 100, '.'))})));
  }

  /// Reads views that commits overtake in the middle of it, as often as not for the first try.
  /// What is wrong with one that holds; "": nothing.
  std::string read_while_written(int rounds) {
    const auto pages = file();
    std::string wrong;
    for (int round = 0; round < rounds && wrong.empty(); ++round) {
      const auto seen = read_view<std::string>(*pages, [&](const FileHeader& view, int tries) {
        LogImage image(*pages, view, GroupId(0));
        const Result<LogFacts> facts = read_facts(image);
        for (int commits = tries == 0 ? round % 6 : 0; commits > 0; --commits) {
          append_one();
        }
        return Result<std::string>(facts ? judge(image, *facts) : facts.error().context());
      });
      wrong = seen ? *seen : seen.error().context();
    }
    return wrong;
  }

  /// Whether all of an image belongs to one commit.
  static std::string judge(LogImage& image, const LogFacts& facts) {
    Index next(1);
    std::string wrong;
    image.records(Index(1), [&](const StoredRecord& record) {
      if (!record.view || record.first != next) {
        wrong = "a record at " + std::to_string(record.first.value());
        return false;
      }
      next = record.view->last().next();
      return true;
    });
    return wrong.empty() && next != facts.state.last.next() ? "the last record" : wrong;
  }

  std::uint64_t last_ = 0;
};

TEST_F(LogImageTest, OfANewDirectory) {
  expect_facts_of_the_next_start();
  EXPECT_EQ(records(1), "");
}

TEST_F(LogImageTest, OfALogWithTermsAndConfigurations) {
  write(vote(6, 3));
  write(append(1, joined({configuration(1, "first")}, commands(1, 2, 40))));
  write(append(41, joined(commands(3, 41, 60), {configuration(6, "second")})));

  expect_facts_of_the_next_start();
}

TEST_F(LogImageTest, OfALogThatWasCutAtBothEnds) {
  write(append(1, joined(commands(1, 1, 40), commands(2, 41, 60))));
  write(append(61, joined({configuration(4, "gone")}, commands(4, 62, 80))));
  write(truncation(55));
  StorageWrite taken = compaction(44);
  taken.snapshot = snapshot_at(2, 44);
  write(taken);

  expect_facts_of_the_next_start();
}

TEST_F(LogImageTest, OfALogThatASnapshotReplaced) {
  write(append(1, commands(1, 1, 40)));
  write(installation(snapshot_at(5, 90)));
  write(append(91, commands(7, 91, 95)));

  expect_facts_of_the_next_start();
}

TEST_F(LogImageTest, GivesTheRecordsFromAnIndexOn) {
  for (std::uint64_t first = 1; first <= 21; first += 10) {
    write(support::in_tables(append(first, commands(1, first, first + 9))));
  }

  EXPECT_EQ(records(1), "1-10 11-20 21-30");
  EXPECT_EQ(records(15), "11-20 21-30");
  EXPECT_EQ(records(21), "21-30");
}

TEST_F(LogImageTest, ADamagedRecordHidesNoOther) {
  write(append(1, {landmark("one")}));
  write(append(2, {landmark("two")}));
  write(append(3, {landmark("three")}));
  close();
  support::flip_in_file(harness.path("data.mdb"), "landmark-two", 100'000);

  EXPECT_EQ(records(1), "1-1 2! 3-3");
}

TEST_F(LogImageTest, ADamagedValueIsNamed) {
  close();
  support::flip_in_file(harness.path("data.mdb"), "conformance");

  const Result<LogFacts> found = facts();

  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code(), Errc::kStorageCorrupt);
  EXPECT_STREQ(found.error().context(), "the identity");
  // What the harness opens in the end.
  support::flip_in_file(harness.path("data.mdb"), "bonformance");
}

TEST_F(LogImageTest, FreedPagesAreCounted) {
  for (std::uint64_t index = 1; index <= 8; ++index) {
    write(support::in_tables(append(index, {landmark("freed")})));
  }
  write(support::in_tables(truncation(1)));
  write(support::in_tables(vote(9, 1)));
  const auto pages = file();
  const auto view = pages->newest();

  LogImage image(*pages, *view, GroupId(0));

  EXPECT_GT(image.bytes_reusable().value(), 7 * 200'000U);
  EXPECT_EQ(image.tables().log.values, 0U);
}

TEST_F(LogImageTest, EveryViewThatHoldsIsOfOneCommit) {
  EXPECT_EQ(read_while_written(60), "");
}

/// Writes a sector half, and then whole, all the time.
class HalfWriter {
 public:
  HalfWriter(const std::string& path, std::uint64_t offset, const std::string& sector)
      : writer_([this, path, offset, sector] {
          const posix::FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
          const std::string half = sector.substr(0, sector.size() / 2);
          const std::string torn = half + std::string(sector.size() - half.size(), '?');
          const auto write = [&](const std::string& content) {
            failed_ = failed_ || ::pwrite(file.get(), content.data(), content.size(),
                                          static_cast<off_t>(offset)) < 0;
          };
          while (!stop_) {
            write(torn);
            std::this_thread::sleep_for(std::chrono::microseconds(500));
            write(sector);
            // Long enough for a reader that is slow itself.
            std::this_thread::sleep_for(std::chrono::milliseconds(3));
          }
        }) {}

  HalfWriter(const HalfWriter&) = delete;
  HalfWriter& operator=(const HalfWriter&) = delete;

  ~HalfWriter() {
    stop_ = true;
    writer_.join();
    EXPECT_FALSE(failed_);
  }

 private:
  std::atomic<bool> stop_ = false;
  bool failed_ = false;
  std::thread writer_;
};

TEST_F(LogImageTest, ASectorThatIsBeingWrittenIsNotDamaged) {
  write(append(1, commands(1, 1, 10)));
  harness.crash();
  const Result<PageFile> pages = file();
  const FileHeader view = *pages->newest();
  LogImage image(*pages, view, GroupId(0));
  const std::uint64_t offset = find_journal(*pages, view, image.identity()->incarnation)->offset;
  const std::string sector =
      support::read_file(harness.path(kDataName)).substr(offset, kSectorBytes);
  std::size_t damaged = 0;
  {
    const HalfWriter writer(harness.path(kDataName), offset, sector);
    for (int round = 0; round < 20; ++round) {
      const Result<WholeLog> whole = read_whole_log(image);
      damaged +=
          !whole || whole->is_journal_damaged || whole->facts.state.last != Index(10) ? 1U : 0U;
    }
  }

  EXPECT_EQ(damaged, 0U);
  open();
}

}  // namespace buoyant::lmdb::log_image_test
