// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/lmdb/page_cache.h"

#include "adapters/posix/file_descriptor.h"
#include "buoyant/conformance/storage_conformance_fixture.h"
#include "tests/adapters/lmdb/support.h"

#include <algorithm>
#include <chrono>
#include <fcntl.h>
#include <functional>
#include <limits>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace buoyant::lmdb::page_cache_test {

using conformance::append;
using conformance::command;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
constexpr std::uint64_t kEntries = 64;

TEST(CacheWindowTest, TheNewestStays) {
  CacheWindow window(10 * kMiB, 0);

  EXPECT_EQ(window.on_durable(26 * kMiB - 1), std::nullopt);
  EXPECT_EQ(window.on_durable(26 * kMiB), (FileRange{0, 16 * kMiB}));
}

TEST(CacheWindowTest, EachStepBeginsWhereTheKernelMayHaveKeptAPiece) {
  CacheWindow window(0, 0);

  EXPECT_EQ(window.on_durable(16 * kMiB), (FileRange{0, 16 * kMiB}));
  EXPECT_EQ(window.on_durable(31 * kMiB), std::nullopt);
  EXPECT_EQ(window.on_durable(32 * kMiB), (FileRange{14 * kMiB, 32 * kMiB}));
}

TEST(CacheWindowTest, WhatWasThereBeforeStays) {
  CacheWindow window(kMiB, 100 * kMiB);

  EXPECT_EQ(window.on_durable(116 * kMiB), std::nullopt);
  EXPECT_EQ(window.on_durable(120 * kMiB), (FileRange{100 * kMiB, 119 * kMiB}));
}

TEST(CacheWindowTest, WithoutABoundAllStays) {
  CacheWindow window(std::numeric_limits<std::uint64_t>::max(), 0);

  EXPECT_EQ(window.on_durable(std::numeric_limits<std::uint64_t>::max()), std::nullopt);
}

TEST(ReadAheadTest, GoesOnWhereItEnded) {
  ReadAhead ahead;

  EXPECT_EQ(ahead.on_read(kMiB, 100 * kMiB), (FileRange{kMiB, 9 * kMiB}));
  EXPECT_EQ(ahead.on_read(2 * kMiB, 100 * kMiB), (FileRange{9 * kMiB, 10 * kMiB}));
}

TEST(ReadAheadTest, BeginsAnewElsewhere) {
  ReadAhead ahead;
  static_cast<void>(ahead.on_read(50 * kMiB, 100 * kMiB));

  EXPECT_EQ(ahead.on_read(10 * kMiB, 100 * kMiB), (FileRange{10 * kMiB, 18 * kMiB}));
  EXPECT_EQ(ahead.on_read(30 * kMiB, 100 * kMiB), (FileRange{30 * kMiB, 38 * kMiB}));
}

TEST(ReadAheadTest, EndsWithTheFile) {
  ReadAhead ahead;

  EXPECT_EQ(ahead.on_read(kMiB, 3 * kMiB), (FileRange{kMiB, 3 * kMiB}));
  EXPECT_EQ(ahead.on_read(3 * kMiB, 3 * kMiB), (FileRange{3 * kMiB, 3 * kMiB}));
}

/// Looks at what of data.mdb is in the page cache.
class PageCacheTest : public conformance::StorageFixture<support::Harness> {
 protected:
  static std::string text(std::uint64_t index) {
    return "entry " + std::to_string(index) + ":" + std::string(kMiB - 100, '.');
  }

  /// kEntries of about a mebibyte.
  void write_log(std::uint64_t page_cache_bytes) {
    close();
    harness.options().page_cache_bytes = page_cache_bytes;
    open();
    for (std::uint64_t index = 1; index <= kEntries; ++index) {
      write(append(index, {command(1, text(index))}));
    }
  }

  void leave_all(const char* name) {
    const posix::FileDescriptor file(::open(harness.path(name).c_str(), O_RDWR));
    ASSERT_EQ(::fdatasync(file.get()), 0);
    ASSERT_EQ(::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED), 0);
  }

  /// Bytes of [begin, end).
  std::uint64_t cached(std::uint64_t begin, std::uint64_t end, const char* name = "data.mdb") {
    constexpr std::uint64_t kPage = 4096;
    const posix::FileDescriptor file(::open(harness.path(name).c_str(), O_RDONLY));
    begin = begin / kPage * kPage;
    const std::size_t bytes = end - begin;
    void* const map =
        ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file.get(), static_cast<off_t>(begin));
    if (map == MAP_FAILED) {
      ADD_FAILURE() << "mmap";
      return 0;
    }
    std::vector<unsigned char> pages((bytes + kPage - 1) / kPage);
    EXPECT_EQ(::mincore(map, bytes, pages.data()), 0);
    ::munmap(map, bytes);
    return kPage * static_cast<std::uint64_t>(std::count_if(
                       pages.begin(), pages.end(), [](unsigned char page) { return page & 1U; }));
  }

  std::uint64_t cached() { return cached(0, used()); }

  std::uint64_t used() { return harness.storage().status().bytes_used; }

  /// Nothing tells of it: looks again and again.
  static bool comes_true(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + conformance::kPatience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) {
        return false;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }

  /// False: a file system in memory keeps everything. Asks with a file of its own.
  bool can_leave() {
    support::write_file(harness.path("other"), std::string(4 * kMiB, '.'));
    leave_all("other");
    return cached(0, 4 * kMiB, "other") == 0;
  }
};

TEST_F(PageCacheTest, WhatIsOldLeavesAsTheLogGrows) {
  if (!can_leave()) {
    GTEST_SKIP() << "nothing leaves the cache of this file system";
  }
  write_log(4 * kMiB);
  const std::uint64_t all = kEntries * kMiB;
  ASSERT_GE(used(), all);
  // It leaves after the write was reported.
  const auto is_small = [&] { return cached() < 4 * kMiB + CacheWindow::kStep + all / 8; };
  EXPECT_TRUE(comes_true(is_small)) << cached();
  EXPECT_GE(cached(used() - 3 * kMiB, used()), 2 * kMiB);
}

TEST_F(PageCacheTest, WithoutABoundAllStays) {
  write_log(std::numeric_limits<std::uint64_t>::max());
  harness.run_some();

  EXPECT_GE(cached(), (kEntries - 1) * kMiB);
}

TEST_F(PageCacheTest, WhatFollowsARecordThatIsReadIsReadAheadOfIt) {
  if (!can_leave()) {
    GTEST_SKIP() << "nothing leaves the cache of this file system";
  }
  write_log(std::numeric_limits<std::uint64_t>::max());
  const std::string content = support::read_file(harness.path("data.mdb"));
  const std::size_t begin = content.find(text(26).substr(0, 9));
  const std::size_t end = content.find(text(28).substr(0, 9));
  ASSERT_LT(begin, end);
  ASSERT_NE(end, std::string::npos);
  leave_all("data.mdb");
  ASSERT_EQ(cached(begin, end), 0U);

  // The kernel itself reads around what is touched, but half as far.
  EXPECT_EQ(read_all(20, 20).size(), 1U);

  EXPECT_TRUE(comes_true([&] { return cached(begin, end) >= kMiB; })) << cached(begin, end);
}

}  // namespace buoyant::lmdb::page_cache_test
