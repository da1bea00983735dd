// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/snapshot_reader.h"

#include "adapters/files/name.h"
#include "adapters/files/shelf.h"
#include "buoyant/conformance/snapshot_store_fixture.h"
#include "tests/adapters/posix/support.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>

namespace buoyant::files::snapshot_reader_test {

using conformance::contents;
using conformance::foreign;
using posix::support::read_file;
using posix::support::write_file;

class SnapshotReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    Result<Shelf> opened = Shelf::open(options_);
    ASSERT_TRUE(opened.has_value());
    shelf_ = std::move(*opened);
  }

  void receive(std::size_t bytes) {
    ASSERT_TRUE(shelf_->receive(metadata_, 0, view_of(text_).first(bytes)).has_value());
  }

  [[nodiscard]] std::string path(const std::string& name) const {
    return options_.directory + "/" + name;
  }

  [[nodiscard]] std::string complete() const { return path(complete_name(metadata_.id)); }

  posix::support::TemporaryDirectory parent_;
  FilesOptions options_{.directory = parent_ / "snapshots"};
  std::optional<Shelf> shelf_;
  std::string text_ = contents(300'000);
  SnapshotMetadata metadata_ = foreign(2, 20, text_);
};

TEST_F(SnapshotReaderTest, ReadsAFileWhoseFolderIsLocked) {
  receive(text_.size());

  const Result<SnapshotReader> reader = SnapshotReader::open(complete());

  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(reader->metadata(), metadata_);
  EXPECT_TRUE(reader->is_whole().value());
  EXPECT_EQ(reader->file_bytes(), std::filesystem::file_size(complete()));
  EXPECT_EQ(reader->read(0, text_.size())->text(), text_);
  EXPECT_EQ(reader->whole_bytes(), text_.size());
  EXPECT_EQ(reader->bytes_by_size(), text_.size());
}

TEST_F(SnapshotReaderTest, ReadsAFileWithinAnother) {
  receive(text_.size());
  write_file(parent_ / "larger", std::string(77, 'x') + read_file(complete()));

  const Result<SnapshotReader> reader = SnapshotReader::open(parent_ / "larger", 77);

  ASSERT_TRUE(reader.has_value());
  EXPECT_TRUE(reader->is_whole().value());
  EXPECT_EQ(reader->read(0, text_.size())->text(), text_);
}

TEST_F(SnapshotReaderTest, TellsHowMuchOfAnIncomingOneIsThere) {
  receive(200'000);

  const Result<SnapshotReader> reader = SnapshotReader::open(path(kIncomingName));

  ASSERT_TRUE(reader.has_value());
  EXPECT_FALSE(reader->is_whole().value());
  EXPECT_EQ(reader->whole_bytes(), 3 * kChunkBytes);
  EXPECT_EQ(reader->bytes_by_size(), 3 * kChunkBytes);
}

TEST_F(SnapshotReaderTest, ADamagedChunkHidesNoOther) {
  receive(text_.size());
  std::string content = read_file(complete());
  content[content.size() - 200'000] ^= 1;
  write_file(parent_ / "damaged", content);

  const Result<SnapshotReader> reader = SnapshotReader::open(parent_ / "damaged");

  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(reader->whole_bytes(), kChunkBytes);
  EXPECT_EQ(reader->read(kChunkBytes, 1).error().code(), Errc::kStorageCorrupt);
  EXPECT_TRUE(reader->read(2 * kChunkBytes, kChunkBytes).has_value());
}

TEST_F(SnapshotReaderTest, ThereIsNone) {
  EXPECT_EQ(SnapshotReader::open(path("nothing")).error().code(), Errc::kCompacted);
}

}  // namespace buoyant::files::snapshot_reader_test
