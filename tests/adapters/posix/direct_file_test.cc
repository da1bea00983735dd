// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/posix/direct_file.h"

#include "adapters/posix/aligned_buffer.h"
#include "tests/adapters/posix/support.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace buoyant::posix::direct_file_test {

class DirectFileTest : public testing::Test {
 protected:
  static constexpr std::size_t kBytes = 4 * kDiskBlock;

  void SetUp() override {
    support::write_file(path(), std::string(kBytes, 'o'));
    file_ = DirectFile::open(path(), 0);
    if (file_ == nullptr) {
      GTEST_SKIP() << "the file system has no O_DIRECT";
    }
  }

  std::string path() { return directory_ / "file"; }

  /// A block of one letter.
  ByteView block(char letter) {
    buffer_.reserve(kDiskBlock, 0);
    std::memset(buffer_.data(), letter, kDiskBlock);
    return {buffer_.data(), kDiskBlock};
  }

  bool is_signalled(int milliseconds) const {
    pollfd fd{.fd = file_->signal(), .events = POLLIN, .revents = 0};
    return ::poll(&fd, 1, milliseconds) == 1;
  }

  std::string content(std::size_t number) {
    return support::read_file(path()).substr(number * kDiskBlock, kDiskBlock);
  }

  support::TemporaryDirectory directory_;
  AlignedBuffer buffer_;
  std::unique_ptr<DirectFile> file_;
};

class BegunFileTest : public DirectFileTest {
 protected:
  void SetUp() override {
    DirectFileTest::SetUp();
    if (file_ != nullptr && !file_->can_begin()) {
      GTEST_SKIP() << "there is no io_uring";
    }
  }
};

TEST_F(DirectFileTest, WritesWhereItIsTold) {
  ASSERT_EQ(file_->write(block('x'), 2 * kDiskBlock), 0);

  EXPECT_EQ(content(1), std::string(kDiskBlock, 'o'));
  EXPECT_EQ(content(2), std::string(kDiskBlock, 'x'));
  EXPECT_EQ(content(3), std::string(kDiskBlock, 'o'));
}

TEST_F(DirectFileTest, SaysWhatTheSystemSays) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{.rlim_cur = kDiskBlock, .rlim_max = before.rlim_max};
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);

  const int code = file_->write(block('x'), 2 * kDiskBlock);

  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, ignored);
  EXPECT_EQ(code, EFBIG);
}

TEST_F(DirectFileTest, OfNoFileThereIsNone) {
  EXPECT_EQ(DirectFile::open(directory_ / "missing", 0), nullptr);
}

TEST_F(BegunFileTest, SignalsTheEnd) {
  ASSERT_TRUE(file_->begin(block('x'), kDiskBlock));

  ASSERT_TRUE(is_signalled(20'000));
  EXPECT_EQ(file_->poll(), std::optional(0));
  EXPECT_FALSE(is_signalled(0));
  EXPECT_EQ(content(1), std::string(kDiskBlock, 'x'));
}

TEST_F(BegunFileTest, OneAfterTheOther) {
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    ASSERT_TRUE(file_->begin(block(letter), 3 * kDiskBlock));
    ASSERT_TRUE(is_signalled(20'000));
    ASSERT_EQ(file_->poll(), std::optional(0));
  }

  EXPECT_EQ(content(3), std::string(kDiskBlock, 'z'));
}

TEST_F(BegunFileTest, NothingHasEndedWhenNothingWasBegun) {
  EXPECT_EQ(file_->poll(), std::nullopt);
}

TEST_F(BegunFileTest, WaitsForTheEnd) {
  ASSERT_TRUE(file_->begin(block('x'), 0));

  EXPECT_EQ(file_->wait(), 0);
  EXPECT_EQ(content(0), std::string(kDiskBlock, 'x'));
}

TEST_F(BegunFileTest, SaysAtTheEndWhatTheSystemSays) {
  // No address of ours: the kernel finds out when it is to read there.
  ASSERT_TRUE(file_->begin({reinterpret_cast<const std::byte*>(kDiskBlock), kDiskBlock}, 0));

  EXPECT_EQ(file_->wait(), EFAULT);
}

TEST_F(DirectFileTest, OpensNothingThatItCannotWrite) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{.rlim_cur = kDiskBlock, .rlim_max = before.rlim_max};
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);

  const auto file = DirectFile::open(path(), kDiskBlock);

  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, ignored);
  EXPECT_EQ(file, nullptr);
}

TEST_F(DirectFileTest, OpeningChangesNothing) {
  const auto file = DirectFile::open(path(), kDiskBlock);

  EXPECT_EQ(support::read_file(path()), std::string(kBytes, 'o'));
}

TEST_F(BegunFileTest, BeginsNothingMoreOnceTheKernelTookNone) {
  support::break_rings();

  EXPECT_FALSE(file_->begin(block('x'), kDiskBlock));
  EXPECT_FALSE(file_->can_begin());
  EXPECT_EQ(file_->poll(), std::nullopt);
  EXPECT_EQ(content(1), std::string(kDiskBlock, 'o'));
  EXPECT_EQ(file_->write(block('x'), kDiskBlock), 0);
}

TEST_F(BegunFileTest, WhatIsUnderWayCanBeWaitedForFromOutside) {
  // So much that the disk is not done with it at once.
  constexpr std::size_t kMuch = std::size_t{32} << 20U;
  constexpr int kRounds = 8;
  support::write_file(path(), std::string(kMuch, 'o'));
  const FileDescriptor file(::open(path().c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC));
  AlignedBuffer buffer;
  buffer.reserve(kMuch, 0);
  AlignedBuffer last;
  last.reserve(kDiskBlock, 0);
  int landed = 0;
  for (int round = 0; round <= kRounds; ++round) {
    std::memset(buffer.data(), 'a' + round, kMuch);
    ASSERT_TRUE(file_->begin({buffer.data(), kMuch}, 0));
    // A thread of the kernel may have to begin it; the first one has to, for what is cached.
    std::this_thread::sleep_for(std::chrono::milliseconds(round == 0 ? 200 : 4));

    DirectFile::wait_for_killed_writers(path());

    ASSERT_EQ(::pread(file.get(), last.data(), kDiskBlock, kMuch - kDiskBlock),
              static_cast<ssize_t>(kDiskBlock));
    landed += round > 0 && static_cast<char>(*last.data()) == 'a' + round ? 1 : 0;
    ASSERT_EQ(file_->wait(), 0);
  }

  // Without the wait it is hardly ever one. On a busy machine some had not been begun.
  EXPECT_GE(landed, 2);
}

}  // namespace buoyant::posix::direct_file_test
