// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How buoyant-echo refuses to start because of what it finds: each case has its exit code.

#include "tests/process/echo_fixture.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace buoyant::process {

class DataDirectoryTest : public EchoFixture {
 protected:
  void SetUp() override { options_ = server_options(); }

  /// A server that was used and stopped.
  void make_data() {
    EchoServer server(options_);
    server.start();
    ASSERT_EQ(ask(server, "the only line of this log"), "the only line of this log");
    ASSERT_EQ(server.stop(within(seconds(5))), (Ended{0, 0}));
  }

  [[nodiscard]] std::string database() const { return options_.directory + "/data/data.mdb"; }

  /// Writes over a part of the database.
  void overwrite(std::size_t offset, const std::string& bytes) const {
    std::fstream file(database(), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(offset));
    file << bytes;
  }

  /// The exit code of a start that must fail, and that it says why in one line.
  int refused(const EchoServerOptions& options) {
    EchoServer server(options);
    const auto ended = run_to_its_end(server);
    said_ = server.log();
    EXPECT_EQ(said_.find('\n'), said_.size() - 1) << said_;
    return ended ? ended->code : -1;
  }

  EchoServerOptions options_;
  std::string said_;
};

TEST_F(DataDirectoryTest, AFileInItsPlaceIsAStorageFailure) {
  std::ofstream(options_.directory + "/data") << "not a directory";

  EXPECT_EQ(refused(options_), 10);
}

TEST_F(DataDirectoryTest, ADirectoryThatMayNotBeReadIsAStorageFailure) {
  if (::geteuid() == 0) {
    GTEST_SKIP() << "root may read everything";
  }
  make_data();
  ::chmod((options_.directory + "/data").c_str(), 0);

  EXPECT_EQ(refused(options_), 10);
  ::chmod((options_.directory + "/data").c_str(), 0700);
}

TEST_F(DataDirectoryTest, ADirectoryOfARunningServerIsInUse) {
  EchoServer first(options_);
  first.start();
  ASSERT_EQ(ask(first, "one"), "one");
  EchoServerOptions second = server_options();
  second.directory = options_.directory + "/second";
  std::filesystem::create_directories(second.directory);
  std::filesystem::create_directory_symlink(options_.directory + "/data",
                                            second.directory + "/data");

  EXPECT_EQ(refused(second), 12);
  EXPECT_EQ(ask(first, "two"), "two");
}

TEST_F(DataDirectoryTest, AnotherClustersDirectoryIsAWrongIdentity) {
  make_data();
  options_.cluster = "another";

  EXPECT_EQ(refused(options_), 13);
  EXPECT_NE(said_.find("cluster"), std::string::npos) << said_;
}

TEST_F(DataDirectoryTest, AnotherServersDirectoryIsAWrongIdentity) {
  make_data();
  options_.id = 2;
  options_.members = {{2, options_.peer_port}};

  EXPECT_EQ(refused(options_), 13);
}

TEST_F(DataDirectoryTest, GarbageInPlaceOfTheDatabaseIsCorrupt) {
  make_data();
  overwrite(0, std::string(std::filesystem::file_size(database()), '\x5a'));

  EXPECT_EQ(refused(options_), 11);
}

TEST_F(DataDirectoryTest, ATruncatedDatabaseIsCorrupt) {
  make_data();
  std::filesystem::resize_file(database(), 8192);

  EXPECT_EQ(refused(options_), 11);
}

TEST_F(DataDirectoryTest, AChangedByteInAnEntryIsCorrupt) {
  make_data();
  const std::string all = contents_of(database());
  for (std::size_t at = all.find("only line"); at != std::string::npos;
       at = all.find("only line", at + 1)) {
    overwrite(at, "0");
  }

  EXPECT_EQ(refused(options_), 11);
}

TEST_F(DataDirectoryTest, APeerPortInUseIsNamed) {
  const SilentListener other;
  options_.peer_port = other.port();
  options_.members = {{1, other.port()}};

  EXPECT_EQ(refused(options_), 2);
  EXPECT_NE(said_.find("in use"), std::string::npos) << said_;
}

TEST_F(DataDirectoryTest, AClientPortInUseIsNamed) {
  const SilentListener other;
  options_.client_port = other.port();

  EXPECT_EQ(refused(options_), 2);
  EXPECT_NE(said_.find(std::to_string(other.port())), std::string::npos) << said_;
}

}  // namespace buoyant::process
