// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/files/chunks.h"

#include "adapters/files/folder.h"
#include "buoyant/conformance/snapshot_store_fixture.h"
#include "tests/adapters/files/faulty_disk.h"
#include "tests/adapters/posix/support.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <string_view>

namespace buoyant::files::chunks_test {

using conformance::contents;
using posix::support::read_file;
using posix::support::write_file;

constexpr std::size_t kStride = kChunkHeadBytes + kChunkBytes;

class FilesChunksTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(folder->create("file", file), 0); }

  void write(std::string_view all) {
    ChunkWriter writer(file, layout);
    ASSERT_EQ(writer.append(view_of(all)), 0);
    ASSERT_EQ(writer.finish(), 0);
  }

  std::string read(std::size_t all, std::uint64_t offset, std::size_t bytes_max) {
    const Result<Bytes> part = read_chunks(file, layout, all, offset, bytes_max);
    return part ? std::string(part->text()) : part.error().name();
  }

  /// The file's bytes [offset, offset + bytes) are others now.
  void overwrite(std::size_t offset, std::string_view bytes) {
    std::string all = read_file(path);
    write_file(path, all.replace(offset, bytes.size(), bytes));
  }

  posix::support::TemporaryDirectory parent;
  faulty_disk::FaultyDisk disk;
  FilesOptions options{.directory = parent / "snapshots", .hook = &disk};
  Result<Folder> folder = Folder::open(options);
  std::string path = options.directory + "/file";
  File file;
  ChunkLayout layout{.head_bytes = 100, .seed = 7};
  std::string text = contents(3 * kChunkBytes + 5);
};

TEST_F(FilesChunksTest, AreReadFromAnywhere) {
  write(text);

  EXPECT_TRUE(read(text.size(), 0, text.size()) == text);
  EXPECT_TRUE(read(text.size(), kChunkBytes - 1, 2) == text.substr(kChunkBytes - 1, 2));
  EXPECT_TRUE(read(text.size(), text.size() - 1, 100) == text.substr(text.size() - 1));
  EXPECT_EQ(read(text.size(), text.size(), 100), "");
  EXPECT_EQ(read(text.size(), text.size() + 1, 100), "malformed");
}

TEST_F(FilesChunksTest, TakeTheSizeThatTheLayoutSays) {
  write(text);
  EXPECT_EQ(read_file(path).size(), layout.file_bytes(text.size()));

  ASSERT_EQ(file.truncate(0), 0);
  write(text.substr(0, 2 * kChunkBytes));
  EXPECT_EQ(read_file(path).size(), layout.file_bytes(2 * kChunkBytes));
  EXPECT_EQ(layout.file_bytes(0), layout.head_bytes);
}

TEST_F(FilesChunksTest, AShortFileIsCorrupt) {
  write(text);
  ASSERT_EQ(file.truncate(layout.file_bytes(text.size()) - 1), 0);

  EXPECT_TRUE(read(text.size(), 0, kChunkBytes) == text.substr(0, kChunkBytes));
  EXPECT_EQ(read(text.size(), 3 * kChunkBytes, 100), "storage_corrupt");
}

TEST_F(FilesChunksTest, AHoleIsCorrupt) {
  write(text);
  overwrite(layout.offset_of(1), std::string(kStride, '\0'));

  EXPECT_EQ(read(text.size(), kChunkBytes, 100), "storage_corrupt");
  EXPECT_EQ(read(text.size(), 0, text.size()), "storage_corrupt");
}

TEST_F(FilesChunksTest, AChunkInAnotherPlaceIsCorrupt) {
  write(text);
  overwrite(layout.offset_of(1), read_file(path).substr(layout.offset_of(2), kStride));

  EXPECT_EQ(read(text.size(), kChunkBytes, 100), "storage_corrupt");
}

TEST_F(FilesChunksTest, AChunkOfAnotherSnapshotIsCorrupt) {
  write(text);
  layout.seed = 8;

  EXPECT_EQ(read(text.size(), kChunkBytes, 100), "storage_corrupt");
}

TEST_F(FilesChunksTest, ResumeTakesWhatIsWhole) {
  write(text);
  ChunkWriter writer(file, layout);

  ASSERT_EQ(writer.resume(text.size()), 0);

  EXPECT_EQ(writer.bytes(), text.size());
  EXPECT_EQ(writer.checksum(), checksum(view_of(text), layout.seed));
}

TEST_F(FilesChunksTest, ResumeTakesNothingBehindWhatIsNotWhole) {
  write(text);
  overwrite(layout.offset_of(1) + 50, "another");
  ChunkWriter writer(file, layout);

  ASSERT_EQ(writer.resume(text.size()), 0);
  EXPECT_EQ(writer.bytes(), kChunkBytes);
  ASSERT_EQ(writer.append(view_of(text).subspan(kChunkBytes)), 0);
  ASSERT_EQ(writer.finish(), 0);

  EXPECT_EQ(writer.checksum(), checksum(view_of(text), layout.seed));
  EXPECT_TRUE(read(text.size(), 0, text.size()) == text);
}

TEST_F(FilesChunksTest, AFullDiskTakesABeginning) {
  ChunkWriter writer(file, layout);
  ASSERT_EQ(writer.append(view_of(text).first(10)), 0);
  disk.fail_next = {{Operation::kWrite, ENOSPC}};

  EXPECT_EQ(writer.append(view_of(text).subspan(10)), ENOSPC);
  EXPECT_EQ(writer.bytes(), kChunkBytes);
  EXPECT_FALSE(writer.is_broken());
  ASSERT_EQ(writer.append(view_of(text).subspan(writer.bytes())), 0);
  ASSERT_EQ(writer.finish(), 0);

  EXPECT_TRUE(read(text.size(), 0, text.size()) == text);
}

TEST_F(FilesChunksTest, LongContentsAreSyncedOnTheWay) {
  disk.fail_next = {{Operation::kSync, ENOSPC}};
  ChunkWriter writer(file, layout);

  EXPECT_EQ(writer.append(view_of(contents(17U << 20U))), ENOSPC);

  EXPECT_TRUE(writer.is_broken());
}

}  // namespace buoyant::files::chunks_test
