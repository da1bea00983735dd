// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/support/bytes_written.h"

#include "bench/support/device_writes.h"
#include "bench/support/process_use.h"
#include "tests/support/process/temporary_directory.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace buoyant::bench::bytes_written_test {

constexpr std::size_t kBytes = std::size_t{1} << 20U;

/// A file of so many bytes that are on the disk. False: they are not.
bool write_and_flush(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const std::string text(kBytes, 'p');
  const bool is_written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(kBytes);
  const bool is_flushed = ::fsync(file) == 0;
  ::close(file);
  return is_written && is_flushed;
}

TEST(BenchBytesWrittenTest, AFlushedFileIsCounted) {
  const process::TemporaryDirectory directory(BUOYANT_BINARY_DIR "/tmp");
  const std::uint64_t process_before = bytes_written_of("self").value_or(0);
  const std::uint64_t device_before = device_bytes_written(directory.path());

  ASSERT_TRUE(write_and_flush(directory / "file"));

  const std::uint64_t process_bytes = bytes_written_of("self").value_or(0) - process_before;
  const std::uint64_t device_bytes = device_bytes_written(directory.path()) - device_before;
  // Zero where the file system is in memory, or is none of a disk's own.
  EXPECT_TRUE(process_bytes == 0 || process_bytes >= kBytes) << process_bytes;
  EXPECT_TRUE(device_before == 0 || device_bytes >= kBytes) << device_bytes;
}

TEST(BenchBytesWrittenTest, OneCanTellWhatThisProcessUses) {
  const ProcessUse before = use_of(::getpid());
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < 10'000'000; ++i) {
    sum += i ^ (sum << 1U);
  }
  const std::string memory(std::size_t{16} << 20U, static_cast<char>('a' + sum % 2));
  const ProcessUse after = use_of(::getpid());

  EXPECT_GT(after.cpu_seconds, before.cpu_seconds);
  EXPECT_GE(after.anonymous_bytes, before.anonymous_bytes + memory.size() / 2);
}

TEST(BenchBytesWrittenTest, ADirectoryThatIsNotThereHasNoDisk) {
  EXPECT_EQ(device_bytes_written("/no/such/directory"), 0U);
}

}  // namespace buoyant::bench::bytes_written_test
