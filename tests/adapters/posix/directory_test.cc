// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/posix/directory.h"

#include "tests/adapters/posix/support.h"

#include <gtest/gtest.h>

#include <array>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace buoyant::posix::directory_test {

/// What file systems are said to be; 0: what they are.
static unsigned long said_type = 0;

}  // namespace buoyant::posix::directory_test

/// In place of that of the C library, in this program: nobody has NFS at hand.
extern "C" int fstatfs(int fd, struct statfs* status) noexcept {
  const long rc = ::syscall(SYS_fstatfs, fd, status);
  if (rc == 0 && buoyant::posix::directory_test::said_type != 0) {
    status->f_type =
        static_cast<decltype(status->f_type)>(buoyant::posix::directory_test::said_type);
  }
  return static_cast<int>(rc);
}

namespace buoyant::posix::directory_test {

using support::inherited;
using support::mode_of;

/// Another process, which opens the directory when it is told to.
class Rival {
 public:
  explicit Rival(const std::string& path) {
    EXPECT_EQ(::pipe(pipe_.data()), 0);
    child_ = ::fork();
    if (child_ == 0) {
      char go = 0;
      const bool told = ::read(pipe_[0], &go, 1) == 1;
      const Result<Directory> directory = Directory::open(path, false);
      const bool refused = !directory && directory.error().code() == Errc::kDirectoryInUse;
      ::_exit(told && refused ? 1 : 2);
    }
  }

  bool is_refused() {
    EXPECT_EQ(::write(pipe_[1], "x", 1), 1);
    int status = 0;
    EXPECT_EQ(::waitpid(child_, &status, 0), child_);
    ::close(pipe_[0]);
    ::close(pipe_[1]);
    return WIFEXITED(status) && WEXITSTATUS(status) == 1;
  }

 private:
  std::array<int, 2> pipe_{};
  pid_t child_ = 0;
};

class DirectoryTest : public testing::Test {
 protected:
  Errc open_error(const std::string& at) {
    const Result<Directory> directory = Directory::open(at, false);
    EXPECT_FALSE(directory.has_value());
    return directory ? Errc::kFaulted : directory.error().code();
  }

  support::TemporaryDirectory parent;
  std::string path = parent / "data";
};

TEST_F(DirectoryTest, IsMadeForTheOwnerOnly) {
  const Result<Directory> directory = Directory::open(path, false);

  ASSERT_TRUE(directory.has_value());
  EXPECT_EQ(mode_of(path), 0700U);
  EXPECT_EQ(mode_of(path + "/LOCK"), 0600U);
}

TEST_F(DirectoryTest, IsNotMadeWithoutItsParent) {
  EXPECT_EQ(open_error(parent / "missing/data"), Errc::kStorageFailed);
}

TEST_F(DirectoryTest, IsNotAFile) {
  support::write_file(path, "x");

  EXPECT_EQ(open_error(path), Errc::kStorageFailed);
}

TEST_F(DirectoryTest, IsNotOpenedTwiceInAProcess) {
  const Result<Directory> directory = Directory::open(path, false);

  EXPECT_EQ(open_error(path), Errc::kDirectoryInUse);
}

TEST_F(DirectoryTest, IsTheSameUnderAnotherName) {
  const Result<Directory> directory = Directory::open(path, false);
  std::filesystem::create_symlink(path, parent / "link");

  EXPECT_EQ(open_error(parent / "link"), Errc::kDirectoryInUse);
}

TEST_F(DirectoryTest, IsNotOpenedByAnotherProcess) {
  Rival rival(path);
  const Result<Directory> directory = Directory::open(path, false);
  ASSERT_TRUE(directory.has_value());

  EXPECT_TRUE(rival.is_refused());
}

TEST_F(DirectoryTest, IsFreeAgainAfterItsEnd) {
  std::optional<Result<Directory>> first = Directory::open(path, false);
  first.reset();

  EXPECT_TRUE(Directory::open(path, false).has_value());
}

TEST_F(DirectoryTest, StaysLockedWhenItIsMoved) {
  Result<Directory> first = Directory::open(path, false);
  const Directory second = std::move(*first);

  EXPECT_EQ(open_error(path), Errc::kDirectoryInUse);
}

TEST_F(DirectoryTest, RemembersThatItIsPoisoned) {
  {
    const Result<Directory> directory = Directory::open(path, false);
    EXPECT_FALSE(directory->is_marked_poisoned());
    directory->mark_poisoned();
  }

  const Result<Directory> directory = Directory::open(path, false);
  EXPECT_TRUE(directory->is_marked_poisoned());
  EXPECT_EQ(directory->clear_poisoned(), 0);
  EXPECT_FALSE(directory->is_marked_poisoned());
}

/// Pretends for one test.
class UnsafeFileSystemTest : public DirectoryTest,
                             public testing::WithParamInterface<unsigned long> {
 protected:
  void SetUp() override { said_type = GetParam(); }

  void TearDown() override { said_type = 0; }
};

TEST_P(UnsafeFileSystemTest, IsRefusedUnlessItIsAllowed) {
  EXPECT_EQ(open_error(path), Errc::kInvalidOptions);
  EXPECT_TRUE(Directory::open(path, true).has_value());
}

INSTANTIATE_TEST_SUITE_P(All, UnsafeFileSystemTest,
                         testing::Values(0x6969UL, 0x517bUL, 0xfe534d42UL, 0xff534d42UL,
                                         0x01021997UL, 0x65735546UL, 0x5346414fUL, 0x6b414653UL,
                                         0x73757245UL, 0x564cUL, 0x00c36400UL, 0x0bd00bd0UL,
                                         0x786f4256UL));

TEST_F(DirectoryTest, LeavesNoDescriptorToProgramsThatAreStarted) {
  const Result<Directory> directory = Directory::open(path, false);
  ASSERT_TRUE(directory.has_value());

  EXPECT_EQ(inherited(path), std::vector<std::string>());
}

}  // namespace buoyant::posix::directory_test
