// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/disk/model.h"

#include <gtest/gtest.h>

#include <list>

namespace buoyant::disk::model_test {

constexpr Inode kRoot = 1;
constexpr Inode kFile = 2;
constexpr Inode kDirectory = 3;

class DiskModelTest : public testing::Test {
 protected:
  void apply(RecordHeader header, const std::string& content = "") {
    contents_.push_back(content);
    model.apply({.header = header, .content = view_of(contents_.back())});
  }

  void create(const std::string& name, Inode in = kRoot, Inode file = kFile) {
    apply({.action = Action::kCreate, .inode = file, .other = in}, name);
  }

  void write(std::uint64_t offset, std::size_t size, char byte) {
    apply({.action = Action::kWrite, .inode = kFile, .offset = offset}, std::string(size, byte));
  }

  void begin_sync(Inode inode) { apply({.action = Action::kSyncBegin, .inode = inode}); }

  void end_sync(Inode inode) { apply({.action = Action::kSyncEnd, .inode = inode}); }

  void sync(Inode inode) {
    begin_sync(inode);
    end_sync(inode);
  }

  [[nodiscard]] Selection uniform(bool newest) const {
    const Pending pending = model.pending();
    Selection selection;
    for (const PendingPage& page : pending.pages) {
      selection.pages.push_back(newest ? page.versions - 1 : 0);
    }
    for (const PendingSize& size : pending.sizes) {
      selection.sizes.push_back(newest ? size.versions - 1 : 0);
    }
    selection.names.assign(pending.names, newest);
    return selection;
  }

  /// A file's bytes, as "4096a 100b"; "-": there is none.
  static std::string text(const Image& image, const std::string& path) {
    const auto found = image.find(path);
    if (found == image.end()) {
      return "-";
    }
    std::string bytes;
    for (const auto& [number, page] : found->second.pages) {
      bytes.resize(number * kPageBytes, '.');
      for (const std::byte byte : page == nullptr ? Page{} : *page) {
        bytes += byte == std::byte{0} ? '.' : static_cast<char>(byte);
      }
    }
    bytes.resize(found->second.size, '.');
    std::string runs;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t end = std::min(bytes.find_first_not_of(bytes[at], at), bytes.size());
      runs += (runs.empty() ? "" : " ") + std::to_string(end - at) + bytes[at];
      at = end;
    }
    return runs;
  }

  [[nodiscard]] std::string after_losing_all(const std::string& path) const {
    return text(model.image(uniform(false)), path);
  }

  [[nodiscard]] std::string after_keeping_all(const std::string& path) const {
    return text(model.image(uniform(true)), path);
  }

  Model model{kRoot};

 private:
  std::list<std::string> contents_;
};

TEST_F(DiskModelTest, ANameIsNotDurableBeforeItsDirectoryIsSynced) {
  create("file");
  sync(kFile);

  EXPECT_EQ(after_losing_all("file"), "-");
  EXPECT_EQ(after_keeping_all("file"), "");

  sync(kRoot);

  EXPECT_EQ(after_losing_all("file"), "");
  EXPECT_TRUE(model.pending().empty());
}

TEST_F(DiskModelTest, BytesAreNotDurableBeforeTheirFileIsSynced) {
  create("file");
  sync(kRoot);
  write(0, 5'000, 'a');

  EXPECT_EQ(after_losing_all("file"), "");
  EXPECT_EQ(after_keeping_all("file"), "5000a");

  sync(kFile);

  EXPECT_EQ(after_losing_all("file"), "5000a");
}

TEST_F(DiskModelTest, ASyncIsOfWhatWasThereWhenItBegan) {
  create("file");
  sync(kRoot);
  write(0, 100, 'a');
  begin_sync(kFile);
  write(0, 100, 'b');
  end_sync(kFile);

  EXPECT_EQ(after_losing_all("file"), "100a");
  EXPECT_EQ(after_keeping_all("file"), "100b");
}

TEST_F(DiskModelTest, ASyncThatDoesNotEndMakesNothingDurable) {
  create("file");
  sync(kRoot);
  write(0, 100, 'a');
  begin_sync(kFile);
  apply({.action = Action::kStart, .inode = kRoot});
  end_sync(kFile);

  EXPECT_EQ(after_losing_all("file"), "");
}

TEST_F(DiskModelTest, PagesAreLostOneByOne) {
  create("file");
  sync(kRoot);
  write(0, 3 * kPageBytes, 'a');
  Selection selection = uniform(true);
  selection.pages[1] = 0;

  EXPECT_EQ(text(model.image(selection), "file"), "4096a 4096. 4096a");
}

TEST_F(DiskModelTest, EveryVersionOfAPageMayBeLeft) {
  create("file");
  sync(kRoot);
  write(0, 10, 'a');
  write(0, 10, 'b');
  write(0, 10, 'c');
  Selection selection = uniform(true);
  ASSERT_EQ(model.pending().pages.front().versions, 4U);
  selection.pages[0] = 2;

  EXPECT_EQ(text(model.image(selection), "file"), "10b");
}

TEST_F(DiskModelTest, APageIsTornBetweenSectors) {
  create("file");
  sync(kRoot);
  write(0, kPageBytes, 'a');
  write(0, kPageBytes, 'b');
  Selection selection = uniform(true);
  selection.tear = Tear{.page = 0, .other_version = 1, .sectors = 0b00000110};

  EXPECT_EQ(text(model.image(selection), "file"), "512b 1024a 2560b");
}

TEST_F(DiskModelTest, ADurableWriteIsDurableAlone) {
  create("file");
  sync(kRoot);
  write(0, 2 * kPageBytes, 'a');
  sync(kFile);
  write(0, 2 * kPageBytes, 'b');
  apply({.action = Action::kWritten, .inode = kFile, .offset = kPageBytes, .size = 10});

  EXPECT_EQ(after_losing_all("file"), "4096a 4096b");
}

TEST_F(DiskModelTest, SizesAreApartFromPages) {
  create("file");
  sync(kRoot);
  apply({.action = Action::kResize, .inode = kFile, .size = 100});
  write(0, 200, 'a');
  Selection selection = uniform(true);
  ASSERT_EQ(model.pending().sizes.front().versions, 3U);
  selection.sizes[0] = 1;

  EXPECT_EQ(text(model.image(selection), "file"), "100a");
}

TEST_F(DiskModelTest, WhatATruncationTookAwayComesBackAsZeros) {
  create("file");
  sync(kRoot);
  write(0, 2 * kPageBytes, 'a');
  apply({.action = Action::kResize, .inode = kFile, .size = 100});
  apply({.action = Action::kResize, .inode = kFile, .size = 2 * kPageBytes});

  EXPECT_EQ(after_keeping_all("file"), "100a 8092.");
}

TEST_F(DiskModelTest, ARenameHasOneNameOrTheOther) {
  create("old");
  sync(kRoot);
  apply({.action = Action::kRename, .other = kRoot, .target = kRoot}, std::string("old\0new", 7));

  EXPECT_EQ(after_losing_all("old"), "");
  EXPECT_EQ(after_losing_all("new"), "-");
  EXPECT_EQ(after_keeping_all("old"), "-");
  EXPECT_EQ(after_keeping_all("new"), "");
}

TEST_F(DiskModelTest, ARenameToASyncedDirectoryMayLeaveTheOldName) {
  apply({.action = Action::kMakeDir, .inode = kDirectory, .other = kRoot}, "aside");
  create("old", kDirectory);
  sync(kRoot);
  sync(kDirectory);
  apply({.action = Action::kRename, .other = kDirectory, .target = kRoot},
        std::string("old\0new", 7));
  sync(kRoot);

  EXPECT_EQ(after_losing_all("new"), "");
  EXPECT_EQ(after_losing_all("aside/old"), "");
  EXPECT_EQ(after_keeping_all("aside/old"), "-");
}

TEST_F(DiskModelTest, ARemovedNameMayComeBack) {
  create("file");
  sync(kRoot);
  apply({.action = Action::kUnlink, .other = kRoot}, "file");

  EXPECT_EQ(after_losing_all("file"), "");
  EXPECT_EQ(after_keeping_all("file"), "-");
}

TEST_F(DiskModelTest, ANewFileWithAnOldInodeNumberIsAnotherFile) {
  create("file");
  write(0, 10, 'a');
  sync(kFile);
  sync(kRoot);
  apply({.action = Action::kUnlink, .other = kRoot}, "file");
  create("other", kRoot, kFile);
  write(0, 20, 'b');

  EXPECT_EQ(after_losing_all("file"), "10a");
  EXPECT_EQ(after_keeping_all("other"), "20b");
  EXPECT_EQ(model.path_of(kFile), "other");
}

TEST_F(DiskModelTest, AFileInALostDirectoryIsLost) {
  apply({.action = Action::kMakeDir, .inode = kDirectory, .other = kRoot}, "directory");
  create("file", kDirectory);
  sync(kDirectory);

  EXPECT_EQ(after_losing_all("directory/file"), "-");
  EXPECT_EQ(after_keeping_all("directory/file"), "");
}

}  // namespace buoyant::disk::model_test
