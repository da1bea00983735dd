// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/transfer.h"

#include "adapters/files/name.h"
#include "tests/tools/inspect/data_directory.h"

namespace buoyant::inspect_tool::transfer_test {

using testing_support::command;
using testing_support::commands;
using testing_support::configuration;
using testing_support::DataDirectory;
using testing_support::image_of;
using testing_support::of_three;
using testing_support::read_file;
using testing_support::write_file;

class InspectTransferTest : public testing::Test {
 protected:
  Result<SnapshotMetadata> export_it() {
    return export_snapshot(
        from_.path(), file_, [](std::uint64_t) {}, [](std::uint64_t) {});
  }

  Result<ImportPlan> import_it(bool force = true) {
    return import_snapshot(
        {.directory = to_.path(), .path = file_, .force = force},
        [this](const ImportPlan&) { plans_ += 1; }, [](std::uint64_t) {}, [](std::uint64_t) {});
  }

  Errc import_error() {
    const Result<ImportPlan> plan = import_it();
    EXPECT_FALSE(plan.has_value());
    return plan ? Errc::kFaulted : plan.error().code();
  }

  void expect_clean(const DataDirectory& directory) {
    const Result<Report> report = verify(
        directory.path(), codec_, [](std::uint64_t) {}, [](std::uint64_t) {});
    ASSERT_TRUE(report.has_value());
    EXPECT_TRUE(report->is_clean()) << to_text(*report);
  }

  void flip(const std::string& path, std::size_t offset) {
    std::string content = read_file(path);
    content[offset] ^= 4;
    write_file(path, content);
  }

  static std::string path_of(const DataDirectory& directory, const SnapshotMetadata& snapshot) {
    return directory.snapshots() + "/" + files::complete_name(snapshot.id);
  }

  testing_support::TemporaryDirectory parent_;
  DataDirectory from_{parent_ / "from"};
  DataDirectory to_{parent_ / "to", "inspected", 2};
  std::string file_ = parent_ / "exported";
  flatbuf::FlatbuffersCodec codec_;
  int plans_ = 0;
};

TEST_F(InspectTransferTest, TheOriginIsKept) {
  from_.fill();
  const Result<SnapshotMetadata> exported = export_it();
  ASSERT_TRUE(exported.has_value()) << exported.error().context();

  const Result<ExportedSnapshot> opened = open_export(file_);

  const port::StoredState stored = from_.start();
  ASSERT_TRUE(opened.has_value()) << opened.error().context();
  EXPECT_EQ(opened->origin, (Origin{.cluster = "inspected",
                                    .server = ServerId(1),
                                    .incarnation = stored.identity.incarnation,
                                    .bootstrap = stored.bootstrap}));
  EXPECT_EQ(opened->reader.metadata(), stored.snapshot);
  EXPECT_EQ(opened->reader.read(0, 200'000)->text(), std::string(200'000, 's'));
}

TEST_F(InspectTransferTest, AnExportLeavesNoTraceInTheDirectory) {
  from_.fill();
  const std::string before = image_of(from_.path());

  ASSERT_TRUE(export_it().has_value());

  EXPECT_EQ(image_of(from_.path()), before);
}

TEST_F(InspectTransferTest, AnExportReplacesNoFile) {
  from_.fill();
  write_file(file_, "precious");

  EXPECT_EQ(export_it().error().code(), Errc::kInvalidOptions);
  EXPECT_EQ(read_file(file_), "precious");
}

TEST_F(InspectTransferTest, ThereIsNothingToExport) {
  EXPECT_EQ(export_it().error().code(), Errc::kNotReady);
  from_.start();
  EXPECT_EQ(export_it().error().code(), Errc::kNotReady);
}

TEST_F(InspectTransferTest, ADamagedSnapshotIsNotExported) {
  from_.fill();
  flip(path_of(from_, from_.start().snapshot), 100'000);

  EXPECT_EQ(export_it().error().code(), Errc::kStorageCorrupt);
  EXPECT_FALSE(std::filesystem::exists(file_));
  EXPECT_FALSE(std::filesystem::exists(file_ + ".unfinished"));
}

TEST_F(InspectTransferTest, AnEmptyServerBeginsWithIt) {
  from_.fill();
  const SnapshotMetadata exported = export_it().value();
  to_.start();

  const Result<ImportPlan> plan = import_it();

  ASSERT_TRUE(plan.has_value()) << plan.error().context();
  EXPECT_EQ(plan->kind, ImportPlan::Kind::kLogIsReplaced);
  expect_clean(to_);
  const port::StoredState stored = to_.start();
  EXPECT_EQ(stored.snapshot, exported);
  EXPECT_EQ(stored.base, exported.id.position);
  EXPECT_EQ(stored.hard_state.term, Term(2));
  EXPECT_EQ(stored.identity.server, ServerId(2));
}

TEST_F(InspectTransferTest, ALogThatHasItGoesOn) {
  from_.fill();
  const SnapshotMetadata exported = export_it().value();
  to_.append(1, {configuration(1, of_three())});
  to_.append(2, commands(2, 70, 300));

  ASSERT_EQ(import_it()->kind, ImportPlan::Kind::kLogGoesOn);

  expect_clean(to_);
  const port::StoredState stored = to_.start();
  EXPECT_EQ(stored.snapshot, exported);
  EXPECT_EQ(stored.base, LogPosition());
  EXPECT_EQ(count_of(stored.runs), 71U);
}

TEST_F(InspectTransferTest, ADryRunLeavesNoTrace) {
  from_.fill();
  ASSERT_TRUE(export_it().has_value());
  to_.start();
  const std::string before = image_of(to_.path());

  ASSERT_TRUE(import_it(false).has_value());

  EXPECT_EQ(plans_, 1);
  EXPECT_EQ(image_of(to_.path()), before);
}

TEST_F(InspectTransferTest, TheSecondTimeThereIsNothingToDo) {
  from_.fill();
  ASSERT_TRUE(export_it().has_value());
  to_.start();
  ASSERT_TRUE(import_it().has_value());

  EXPECT_EQ(import_it()->kind, ImportPlan::Kind::kNothing);
  expect_clean(to_);
}

TEST_F(InspectTransferTest, OneThatEndedBeforeTheLogChangedIsDoneAgain) {
  from_.fill();
  const SnapshotMetadata exported = export_it().value();
  to_.start();
  ASSERT_TRUE(files::Shelf::open({.directory = to_.snapshots()}).has_value());
  std::filesystem::copy_file(path_of(from_, exported), path_of(to_, exported));

  ASSERT_EQ(import_it()->kind, ImportPlan::Kind::kLogIsReplaced);

  EXPECT_EQ(to_.start().snapshot, exported);
}

TEST_F(InspectTransferTest, ADamagedFileOfTheSameSnapshotIsReplaced) {
  from_.fill();
  const SnapshotMetadata exported = export_it().value();
  to_.start();
  ASSERT_TRUE(import_it().has_value());
  flip(path_of(to_, exported), 150'000);

  ASSERT_EQ(import_it()->kind, ImportPlan::Kind::kLogGoesOn);

  expect_clean(to_);
  EXPECT_EQ(to_.start().snapshot, exported);
}

TEST_F(InspectTransferTest, ADamagedExportChangesNothing) {
  from_.fill();
  ASSERT_TRUE(export_it().has_value());
  to_.start();
  const std::string before = image_of(to_.path());
  const std::string whole = read_file(file_);

  flip(file_, 20);
  EXPECT_EQ(import_error(), Errc::kStorageCorrupt);
  write_file(file_, whole);
  flip(file_, 120'000);
  EXPECT_EQ(import_error(), Errc::kStorageCorrupt);
  write_file(file_, whole.substr(0, whole.size() - 1));
  EXPECT_EQ(import_error(), Errc::kStorageCorrupt);

  EXPECT_EQ(plans_, 0);
  EXPECT_EQ(image_of(to_.path()), before);
}

TEST_F(InspectTransferTest, AnythingElseIsNoExport) {
  to_.start();
  EXPECT_EQ(import_error(), Errc::kNotReady);
  write_file(file_, std::string(5000, 'x'));
  EXPECT_EQ(import_error(), Errc::kStorageCorrupt);
}

TEST_F(InspectTransferTest, NothingIsMadeWhereThereIsNoServer) {
  from_.fill();
  ASSERT_TRUE(export_it().has_value());

  EXPECT_EQ(import_error(), Errc::kNotReady);
  EXPECT_FALSE(std::filesystem::exists(to_.path()));
}

TEST_F(InspectTransferTest, ADirectoryInUseIsNotTouched) {
  from_.fill();
  ASSERT_TRUE(export_it().has_value());
  to_.start();
  const Result<posix::Directory> used = posix::Directory::open(to_.path(), false);
  ASSERT_TRUE(used.has_value());

  EXPECT_EQ(import_error(), Errc::kDirectoryInUse);
  EXPECT_TRUE(import_it(false).has_value());
}

}  // namespace buoyant::inspect_tool::transfer_test
