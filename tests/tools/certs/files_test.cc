// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/certs/files.h"

#include "tests/adapters/tls/support.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <sys/stat.h>

namespace buoyant::certs_tool::files_test {

mode_t mode_of(const std::string& path) {
  struct stat status {};

  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777U : 0;
}

class CertsFilesTest : public testing::Test {
 protected:
  tls::support::Folder folder_;
  Paths paths_ = paths_of(folder_.file("new"), "ca");
  Pair pair_ = make_authority("authority", valid_for_days(1));
};

TEST_F(CertsFilesTest, WhatIsWrittenIsReadAgain) {
  ASSERT_TRUE(write_pair(paths_, pair_));

  const auto read = read_pair(paths_);

  ASSERT_TRUE(read);
  EXPECT_EQ(read->certificate, pair_.certificate);
  EXPECT_EQ(read->key, pair_.key);
}

TEST_F(CertsFilesTest, AKeyIsForItsOwnerOnly) {
  ASSERT_TRUE(write_pair(paths_, pair_));

  EXPECT_EQ(mode_of(paths_.key), 0600U);
  EXPECT_EQ(mode_of(folder_.file("new")), 0700U);
}

TEST_F(CertsFilesTest, NothingIsWrittenOver) {
  ASSERT_TRUE(write_pair(paths_, pair_));
  const Pair other = make_authority("other", valid_for_days(1));

  const auto written = write_pair(paths_, other);

  ASSERT_FALSE(written);
  EXPECT_EQ(written.error(), Error(Errc::kNotReady, "", EEXIST));
  ASSERT_TRUE(read_pair(paths_));
  EXPECT_EQ(read_pair(paths_)->key, pair_.key);
}

TEST_F(CertsFilesTest, ACertificateThatIsThereLeavesNoKeyBehind) {
  ASSERT_TRUE(write_pair(paths_, pair_));
  std::filesystem::remove(paths_.key);

  EXPECT_FALSE(write_pair(paths_, pair_));

  EXPECT_FALSE(std::filesystem::exists(paths_.key));
}

TEST_F(CertsFilesTest, WhatDoesNotBelongTogetherIsNotRead) {
  Pair mixed = make_authority("other", valid_for_days(1));
  mixed.key = pair_.key;
  ASSERT_TRUE(write_pair(paths_, mixed));

  const auto read = read_pair(paths_);

  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), Errc::kMalformed);
}

TEST_F(CertsFilesTest, WhatIsMissingIsNotRead) {
  const auto read = read_pair(paths_);

  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), Error(Errc::kStorageFailed, "", ENOENT));
}

}  // namespace buoyant::certs_tool::files_test
