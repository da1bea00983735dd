// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/compact.h"

#include "tests/tools/inspect/data_directory.h"
#include "tools/inspect/dump.h"

#include <nlohmann/json.hpp>

namespace buoyant::inspect_tool::compact_test {

using lmdb::CompactionFigures;
using lmdb::CompactionStep;
using testing_support::commands;
using testing_support::DataDirectory;
using testing_support::image_of;
using testing_support::read_file;
using testing_support::write_file;

class InspectCompactTest : public testing::Test {
 protected:
  /// Something that was large once.
  void SetUp() override {
    directory_.fill();
    directory_.append(101, commands(6, 80, 50'000));
    port::StorageWrite truncation;
    truncation.truncate_from = Index(111);
    directory_.write(std::move(truncation));
    before_ = all_of_it();
  }

  /// Ends it after this step.
  Result<CompactionFigures> compact_until(std::optional<CompactionStep> last) {
    return compact(
        directory_.path(), codec_, [](std::uint64_t) {}, [](std::uint64_t) {},
        [last](CompactionStep step) { return step != last; });
  }

  Result<CompactionFigures> compact_it() { return compact_until(std::nullopt); }

  Errc error() {
    const Result<CompactionFigures> figures = compact_it();
    EXPECT_FALSE(figures.has_value());
    return figures ? Errc::kFaulted : figures.error().code();
  }

  std::string all_of_it() {
    std::string text;
    const auto dumped = dump(
        {.directory = directory_.path(), .from = {}, .to = Index(kNumberMax)}, codec_,
        [&](const std::string& lines) { text += lines; }, [](const std::string&) {});
    EXPECT_EQ(dumped, false);
    return text;
  }

  /// The server finds everything, and can write.
  void expect_whole() {
    const Result<Report> report = verify(
        directory_.path(), codec_, [](std::uint64_t) {}, [](std::uint64_t) {});
    ASSERT_TRUE(report.has_value());
    EXPECT_TRUE(report->is_clean()) << to_text(*report);
    EXPECT_EQ(all_of_it(), before_);
    const port::StoredState stored = directory_.start();
    EXPECT_EQ(stored.hard_state, (HardState{.term = Term(6), .voted_for = ServerId()}));
    EXPECT_EQ(stored.base, (LogPosition{.term = Term(2), .index = Index(30)}));
    EXPECT_EQ(count_of(stored.runs), 80U);
    EXPECT_EQ(stored.snapshot.id.position.index, Index(50));
    directory_.append(111, commands(6, 5, 1000));
    EXPECT_EQ(count_of(directory_.start().runs), 85U);
  }

  testing_support::TemporaryDirectory parent_;
  DataDirectory directory_{parent_ / "data"};
  flatbuf::FlatbuffersCodec codec_;
  std::string before_;
};

TEST_F(InspectCompactTest, GivesSpaceBackAndKeepsEverything) {
  const Result<CompactionFigures> figures = compact_it();

  ASSERT_TRUE(figures.has_value()) << figures.error().context();
  EXPECT_GT(figures->bytes_before, figures->bytes_after + (std::uint64_t{3} << 20U));
  EXPECT_EQ(figures->bytes_after, std::filesystem::file_size(directory_.data()));
  EXPECT_EQ(std::filesystem::status(directory_.data()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_FALSE(std::filesystem::exists(directory_.path() + "/compacting.mdb"));
  expect_whole();
}

TEST_F(InspectCompactTest, TheFileEndsWithItsLastPage) {
  ASSERT_TRUE(compact_it().has_value());
  const auto file = lmdb::PageFile::open(directory_.path());

  const Result<lmdb::FileHeader> header = file->newest();

  ASSERT_TRUE(header.has_value()) << header.error().context();
  EXPECT_EQ((header->last_page + 1) * header->page_bytes,
            std::filesystem::file_size(directory_.data()));
}

TEST_F(InspectCompactTest, EndedAfterTheCopyItHasTheOldFile) {
  const std::uint64_t bytes = std::filesystem::file_size(directory_.data());

  EXPECT_EQ(compact_until(CompactionStep::kCopied).error().code(), Errc::kStopped);

  EXPECT_EQ(std::filesystem::file_size(directory_.data()), bytes);
  expect_whole();
}

TEST_F(InspectCompactTest, EndedAfterTheSyncItHasTheOldFile) {
  ASSERT_FALSE(compact_until(CompactionStep::kSynced).has_value());

  expect_whole();
}

TEST_F(InspectCompactTest, EndedAfterTheComparisonItHasTheOldFile) {
  ASSERT_FALSE(compact_until(CompactionStep::kCompared).has_value());

  expect_whole();
}

TEST_F(InspectCompactTest, EndedWithoutLmdbsLockItHasTheOldFile) {
  ASSERT_FALSE(compact_until(CompactionStep::kUnlocked).has_value());

  EXPECT_FALSE(std::filesystem::exists(directory_.path() + "/lock.mdb"));
  expect_whole();
}

TEST_F(InspectCompactTest, EndedAfterTheRenameItHasTheNewFile) {
  const std::uint64_t bytes = std::filesystem::file_size(directory_.data());

  ASSERT_FALSE(compact_until(CompactionStep::kRenamed).has_value());

  EXPECT_LT(std::filesystem::file_size(directory_.data()), bytes);
  expect_whole();
}

TEST_F(InspectCompactTest, WhatAnEarlierOneLeftIsReplaced) {
  write_file(directory_.path() + "/compacting.mdb", std::string(50'000'000, 'x'));

  ASSERT_TRUE(compact_it().has_value());

  EXPECT_LT(std::filesystem::file_size(directory_.data()), std::uint64_t{6} << 20U);
  expect_whole();
}

TEST_F(InspectCompactTest, ADirectoryInUseIsNotTouched) {
  const Result<posix::Directory> used = posix::Directory::open(directory_.path(), false);
  const std::string image = image_of(directory_.path());

  EXPECT_EQ(error(), Errc::kDirectoryInUse);
  EXPECT_EQ(image_of(directory_.path()), image);
}

TEST_F(InspectCompactTest, ADamagedFileIsNotTouched) {
  directory_.damage("5:ffff", 300);
  const std::string image = image_of(directory_.path());

  EXPECT_EQ(error(), Errc::kStorageCorrupt);
  EXPECT_EQ(image_of(directory_.path()), image);
}

TEST_F(InspectCompactTest, AFileThatTheDiskMayNotHaveIsNotTouched) {
  write_file(directory_.path() + "/POISON", "");
  const std::string image = image_of(directory_.path());

  EXPECT_EQ(error(), Errc::kNotReady);
  EXPECT_EQ(image_of(directory_.path()), image);
}

TEST_F(InspectCompactTest, NothingIsMadeWhereThereIsNoServer) {
  std::filesystem::remove_all(directory_.path());

  EXPECT_EQ(error(), Errc::kNotReady);
  EXPECT_FALSE(std::filesystem::exists(directory_.path()));
}

TEST_F(InspectCompactTest, SaysWhatCameBack) {
  const CompactionFigures figures{.bytes_before = std::uint64_t{10} << 20U,
                                  .bytes_after = std::uint64_t{4} << 20U};

  EXPECT_EQ(to_text(figures),
            "data.mdb was 10.0 MiB, is 4.0 MiB: 6.0 MiB came back.\n"
            "At its start the server allocates ahead again, 64 MiB if it is told nothing else.\n");
  EXPECT_EQ(nlohmann::json::parse(to_json(figures))["bytes_given_back"], std::uint64_t{6} << 20U);
}

}  // namespace buoyant::inspect_tool::compact_test
