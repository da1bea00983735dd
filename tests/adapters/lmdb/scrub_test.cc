// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The scrub in virtual time, over a source that a test damages; then under a whole storage.

#include "adapters/lmdb/scrub.h"

#include "buoyant/conformance/storage_conformance_fixture.h"
#include "tests/adapters/lmdb/support.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::lmdb::scrub_test {

using conformance::append;
using conformance::command;
using conformance::commands;
using std::chrono_literals::operator""s;

/// A file of so many bytes and a log of equal entries, of which some are damaged.
class Source final : public ScrubSource {
 public:
  Result<std::size_t> read_file(std::uint64_t offset, std::size_t bytes_max) override {
    const std::uint64_t end = std::min(file_bytes, offset + bytes_max);
    largest = std::max(largest, end - std::min(end, offset));
    if (unreadable && *unreadable < end) {
      return fail(Errc::kStorageCorrupt, "read");
    }
    return static_cast<std::size_t>(end - std::min(end, offset));
  }

  Result<Index> base() override { return Index(compacted); }

  Result<std::vector<Entry>> read_log(Index first, Index last, std::size_t bytes_max) override {
    log_reads += 1;
    if (failing) {
      return fail(Errc::kStorageFailed, "read");
    }
    if (first.value() <= compacted) {
      return fail(Errc::kCompacted, "read");
    }
    if (first.value() > entries_count) {
      return fail(Errc::kNotReady, "read");
    }
    const std::uint64_t room = std::max<std::uint64_t>(bytes_max / payload.size(), 1);
    const std::uint64_t end = std::min({entries_count, last.value(), first.value() + room - 1});
    if (first.value() <= damaged && damaged <= end) {
      return fail(Errc::kStorageCorrupt, "read");
    }
    std::vector<Entry> entries;
    for (std::uint64_t at = first.value(); at <= end; ++at) {
      entries.push_back(command(1, payload));
      seen.push_back(at);
    }
    largest = std::max<std::uint64_t>(largest, entries.size() * payload.size());
    return entries;
  }

  std::uint64_t file_bytes = 2'000'000;
  std::optional<std::uint64_t> unreadable;
  std::uint64_t compacted = 0;
  std::uint64_t entries_count = 1000;
  std::uint64_t damaged = 0;
  bool failing = false;
  std::string payload = std::string(1000, 'x');
  /// Of one read.
  std::uint64_t largest = 0;
  std::size_t log_reads = 0;
  std::vector<std::uint64_t> seen;
};

class ScrubTest : public testing::Test {
 protected:
  static constexpr std::uint64_t kRate = 1'000'000;

  /// One step as soon as it is due.
  std::optional<port::StorageDamage> step() {
    now = std::max(now, scrub.due());
    return scrub.step(now);
  }

  /// Up to the end of the pass; what it found.
  std::vector<port::StorageDamage> run_pass() {
    std::vector<port::StorageDamage> found;
    for (bool is_over = false; !is_over;) {
      if (const auto damage = step()) {
        found.push_back(*damage);
      }
      is_over = scrub.due() - now >= Scrub::kPause;
    }
    return found;
  }

  port::ScrubStatus status() const { return scrub.status(now); }

  Source source;
  Scrub scrub{source, kRate};
  Instant now{Duration(5s)};
};

TEST_F(ScrubTest, ReadsFileAndLogFromBeginningToEnd) {
  source.compacted = 100;

  EXPECT_TRUE(run_pass().empty());

  EXPECT_EQ(source.seen.front(), 101U);
  EXPECT_EQ(source.seen.back(), 1000U);
  EXPECT_EQ(source.seen.size(), 900U);
  EXPECT_EQ(status().passes, 1U);
  EXPECT_GE(status().bytes, source.file_bytes + 900 * source.payload.size());
}

TEST_F(ScrubTest, KeepsToItsRateAndToSmallSteps) {
  const Instant began = now;

  run_pass();

  const Duration took = now - began;
  const auto allowed = static_cast<std::uint64_t>(took / 1s + 1) * kRate + Scrub::kStepBytes;
  EXPECT_LE(status().bytes, allowed);
  EXPECT_GE(status().bytes, allowed / 2) << "it need not be slower";
  EXPECT_LE(source.largest, Scrub::kStepBytes);
}

TEST_F(ScrubTest, WhatItCouldNotDoIsNotCaughtUpWith) {
  ASSERT_EQ(step(), std::nullopt);
  now = now + 3600s;

  ASSERT_EQ(step(), std::nullopt);

  EXPECT_GT(scrub.due() - now, Duration(0));
}

TEST_F(ScrubTest, BeginsAgainAfterAPause) {
  run_pass();
  now = now + Scrub::kPause / 2;
  EXPECT_GT(scrub.due(), now);
  EXPECT_EQ(status().last_pass_age, Scrub::kPause / 2);

  run_pass();

  EXPECT_EQ(status().passes, 2U);
  EXPECT_EQ(source.seen.size(), 2000U);
}

TEST_F(ScrubTest, DamageIsFoundAndToldOnce) {
  source.damaged = 700;
  const port::StorageDamage damage{.what = "the log fails its checks from index", .at = 700};

  EXPECT_EQ(run_pass(), std::vector{damage});
  EXPECT_TRUE(run_pass().empty());

  EXPECT_EQ(status().damage, damage);
  EXPECT_EQ(status().passes, 0U);
}

TEST_F(ScrubTest, OtherDamageIsToldToo) {
  source.damaged = 700;
  run_pass();

  source.damaged = 300;

  EXPECT_EQ(run_pass().at(0).at, 300U);
}

TEST_F(ScrubTest, APassThatFindsNothingTakesItBack) {
  source.damaged = 700;
  run_pass();

  source.compacted = 700;
  EXPECT_TRUE(run_pass().empty());

  EXPECT_EQ(status().damage, std::nullopt);
  EXPECT_EQ(status().passes, 1U);
}

TEST_F(ScrubTest, ALogThatIsCompactedMeanwhileIsReadFromItsNewBeginning) {
  source.file_bytes = 0;
  step();
  step();

  source.compacted = 900;
  run_pass();

  EXPECT_EQ(source.seen.back(), 1000U);
  EXPECT_LT(source.seen.size(), 500U);
  EXPECT_EQ(status().passes, 1U);
}

TEST_F(ScrubTest, WhatIsUnreadableIsDamageAndIsNotTouchedThroughTheMap) {
  source.unreadable = 1'500'000;

  const std::vector<port::StorageDamage> found = run_pass();

  ASSERT_EQ(found.size(), 1U);
  EXPECT_STREQ(found[0].what, "data.mdb is unreadable near byte");
  EXPECT_LE(found[0].at, 1'500'000U);
  EXPECT_GT(found[0].at + Scrub::kStepBytes, 1'500'000U);
  EXPECT_EQ(source.log_reads, 0U);
}

TEST_F(ScrubTest, AReadThatFailsForAnotherReasonIsNoDamageAndNoPass) {
  source.failing = true;

  EXPECT_TRUE(run_pass().empty());

  EXPECT_EQ(status().damage, std::nullopt);
  EXPECT_EQ(status().passes, 0U);
}

/// Under a storage, with real time and its thread.
class StorageScrubTest : public conformance::StorageFixture<support::Harness> {
 protected:
  static constexpr std::uint64_t kFast = std::uint64_t{1} << 40U;
  static constexpr std::uint64_t kEntryBytes = std::uint64_t{256} << 10U;

  void write_log(std::uint64_t entries) {
    for (std::uint64_t index = 1; index <= entries; ++index) {
      submit(append(index, {command(1, payload(index))}));
    }
    settle();
  }

  static std::string payload(std::uint64_t index) {
    const std::string name = "entry " + std::to_string(index) + ".";
    return name + std::string(kEntryBytes - name.size(), 'x');
  }

  void reopen_with(std::uint64_t bytes_per_second) {
    harness.options().scrub_bytes_per_second = bytes_per_second;
    reopen();
  }

  /// Of what is told to nobody: the status.
  void await(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + conformance::kPatience;
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
      harness.run_some();
    }
    ASSERT_TRUE(condition());
  }

  /// And leaves no thread behind, which would keep the directory.
  void expect_closes_at_once() {
    close();
    const auto loop = std::make_shared<support::WatchingLoop>();
    EXPECT_TRUE(LmdbStorage::open(harness.options(), loop).has_value());
  }

  port::ScrubStatus scrub() { return harness.storage().status().scrub; }
};

TEST_F(StorageScrubTest, IsOffUnlessItIsAskedFor) {
  EXPECT_FALSE(scrub().enabled);
}

TEST_F(StorageScrubTest, FindsADamagedRecordThatNobodyReads) {
  write_log(20);
  close();
  support::flip_in_file(harness.path("data.mdb"), "entry 5.", 1000);
  harness.options().scrub_bytes_per_second = kFast;

  open();

  run_until([&] { return !recorder.damages.empty(); });
  EXPECT_EQ(recorder.damages[0].at, 5U);
  EXPECT_EQ(scrub().damage, recorder.damages[0]);
  EXPECT_EQ(read_error(5, 5), Errc::kStorageCorrupt);
  EXPECT_EQ(read_all(15, 16).size(), 2U) << "what is good is served";
  write(append(21, commands(1, 21, 21)));
  EXPECT_EQ(recorder.events.back().outcome, port::WriteOutcome::kDurable);
}

TEST_F(StorageScrubTest, CountsWhatItHasRead) {
  write_log(8);

  reopen_with(kFast);

  await([&] { return scrub().passes > 0; });
  EXPECT_GE(scrub().bytes, 2 * 8 * kEntryBytes) << "the file, and the log";
  EXPECT_EQ(scrub().damage, std::nullopt);
  EXPECT_TRUE(recorder.damages.empty());
}

TEST_F(StorageScrubTest, WhoeverReadsGoesFirst) {
  constexpr std::uint64_t kReads = 60;
  write_log(kReads);
  reopen_with(kFast);
  const std::uint64_t before = scrub().bytes;
  std::size_t answered = 0;

  for (std::uint64_t index = 1; index <= kReads; ++index) {
    harness.storage().read(
        Index(index), Index(index), kEntryBytes,
        [&](const Result<std::vector<Entry>>& entries) { answered += entries ? 1U : 0U; });
  }
  run_until([&] { return answered == kReads; });

  // Taking turns would be one step for each read.
  EXPECT_LE(scrub().bytes - before, kReads / 3 * Scrub::kStepBytes);
}

TEST_F(StorageScrubTest, AScrubThatWaitsForItsRateHoldsNobodyUp) {
  write_log(2);
  reopen_with(1);
  await([&] { return scrub().bytes > 0; });

  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(read(1, 1), std::vector{command(1, payload(1))});
  EXPECT_LT(std::chrono::steady_clock::now() - before, 10s) << "the next step is days away";
  expect_closes_at_once();
}

TEST_F(StorageScrubTest, ClosingInTheMiddleOfAPassIsQuick) {
  write_log(40);
  reopen_with(kFast);

  expect_closes_at_once();
}

}  // namespace buoyant::lmdb::scrub_test
