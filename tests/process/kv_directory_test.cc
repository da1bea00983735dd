// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Data directories that do not belong, under load: wiped, an older copy put back, a copy that
/// runs beside the original (S19). The majority refuses them and goes on, both sides say what to
/// do, and it helps.

#include "tests/process/kv_cluster_fixture.h"
#include "tests/support/process/loopback.h"

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <set>
#include <unistd.h>

namespace buoyant::process {

class KvDirectoryTest : public KvClusterFixture {
 protected:
  void SetUp() override {
    cluster_.start_voters();
    ASSERT_NE(cluster_.wait_leader(soon()), 0U) << described(cluster_);
    load_.start();
    ASSERT_TRUE(load_.wait_acknowledged(50, soon())) << described(cluster_);
  }

  void stop_third() { ASSERT_TRUE(third_.stop(within(seconds(10)))) << described(cluster_); }

  void copy_data(const std::string& to) const {
    std::filesystem::remove_all(to);
    std::filesystem::copy(third_.data_path(), to, std::filesystem::copy_options::recursive);
  }

  /// What a program that this process starts would get, beside standard input and output: number
  /// and file.
  static std::set<std::string> passed_on(const std::string& process) {
    namespace fs = std::filesystem;
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator("/proc/" + process + "/fdinfo")) {
      std::ifstream file(entry.path());
      std::string word;
      while (file >> word && word != "flags:") {
      }
      std::uint64_t flags = O_CLOEXEC;
      file >> std::oct >> flags;
      const std::string number = entry.path().filename().string();
      if (std::stoi(number) > STDERR_FILENO && (flags & O_CLOEXEC) == 0) {
        std::error_code gone;
        const auto target = fs::read_symlink("/proc/" + process + "/fd/" + number, gone);
        found.insert(number + " " + target.string());
      }
    }
    return found;
  }

  /// Files of the data directory that others than their owner may read, and descriptors that a
  /// program which the server starts would get.
  std::vector<std::string> left_to_others(KvServer& server) {
    namespace fs = std::filesystem;
    std::vector<std::string> found;
    const auto look_at = [&](const fs::path& path) {
      std::error_code gone;
      const fs::perms perms = fs::status(path, gone).permissions();
      if (!gone && (perms & (fs::perms::group_all | fs::perms::others_all)) != fs::perms::none) {
        found.push_back(path.string());
      }
    };
    look_at(server.data_path());
    for (const auto& entry : fs::recursive_directory_iterator(server.data_path())) {
      look_at(entry.path());
    }
    const std::set<std::string> ours = passed_on("self");
    for (const std::string& each : passed_on(std::to_string(server.process().pid()))) {
      // What we were given by whoever started us, it has from us.
      if (!ours.contains(each)) {
        found.push_back(each);
      }
    }
    return found;
  }

  bool says(const KvServer& server, const std::string& text) const {
    const auto status = server.status(within(seconds(2)));
    return status && status->json.find(text) != std::string::npos;
  }

  /// Servers one and two say why they refuse the third, in their status and once in their logs,
  /// and go on.
  void expect_refused_by_the_others(const std::string& why) {
    for (std::uint64_t id = 1; id <= 2; ++id) {
      EXPECT_TRUE(wait_until(soon(), [&] { return says(cluster_.server(id), why); }))
          << described(cluster_);
      EXPECT_NE(cluster_.server(id).log().find(why), std::string::npos)
          << cluster_.server(id).log();
    }
    EXPECT_TRUE(load_.wait_acknowledged(50, soon())) << described(cluster_);
  }

  void expect_told(const KvServer& server, const std::string& what) {
    EXPECT_TRUE(wait_until(soon(), [&] { return says(server, what); })) << described(cluster_);
    EXPECT_NE(server.log().find(what), std::string::npos) << server.log();
  }

  /// What both sides tell the operator to do.
  void remove_and_add_third() {
    const std::vector<std::uint64_t> others = {1, 2};
    ASSERT_EQ(cluster_.ask_any(others, {"RAFT.REMOVE", "3"}, soon()), "") << described(cluster_);
    ASSERT_EQ(cluster_.ask_any(others, {"RAFT.ADD", "3", third_.address()}, soon()), "")
        << described(cluster_);
  }

  KvCluster cluster_{cluster_options(3)};
  KvServer& third_ = cluster_.server(3);
  /// Asks servers one and two: what the third says while it does not belong is not judged.
  KvLoad load_{load_options(), ports_of(cluster_, {1, 2})};
};

TEST_F(KvDirectoryTest, NothingIsLeftToOthers) {
  ASSERT_EQ(cluster_.ask_any({3}, {"RAFT.SNAPSHOT"}, soon()), "") << described(cluster_);

  EXPECT_EQ(left_to_others(third_), std::vector<std::string>());
  expect_sound(cluster_, load_, {1, 2, 3});
}

TEST_F(KvDirectoryTest, AWipedOneIsRefusedUntilItIsAddedAgain) {
  stop_third();
  std::filesystem::remove_all(third_.data_path());

  third_.start();

  expect_refused_by_the_others("its data directory is not the one known under its id");
  expect_told(third_, "remove this server from the cluster and add it again");
  // The others remember it over their own restarts.
  for (std::uint64_t id = 1; id <= 2; ++id) {
    cluster_.server(id).kill();
    cluster_.server(id).start();
    EXPECT_TRUE(load_.wait_acknowledged(50, soon())) << described(cluster_);
  }
  expect_refused_by_the_others("its data directory is not the one known under its id");
  remove_and_add_third();
  expect_sound(cluster_, load_, {1, 2, 3});
}

TEST_F(KvDirectoryTest, AWipedOneThatWaitsToBeAddedSaysSoItself) {
  stop_third();
  std::filesystem::remove_all(third_.data_path());
  third_.forget_members();

  third_.start();

  expect_refused_by_the_others("its data directory is not the one known under its id");
  expect_told(third_, "remove this server from the cluster and add it again");
  EXPECT_TRUE(says(third_, "\"members\":[]")) << "it knows nobody, and dials nobody";
  remove_and_add_third();
  EXPECT_TRUE(wait_until(soon(), [&] { return says(third_, "\"refused\":null"); }))
      << described(cluster_);
  expect_sound(cluster_, load_, {1, 2, 3});
}

TEST_F(KvDirectoryTest, AnOlderCopyIsRefusedUntilItIsAddedAgain) {
  stop_third();
  const std::string copy = third_.data_path() + ".copy";
  copy_data(copy);
  for (int start = 0; start < 2; ++start) {
    third_.start();
    ASSERT_TRUE(wait_until(soon(), [&] { return says(third_, "\"connected\":true"); }));
    rest(milliseconds(500));
    stop_third();
  }
  std::filesystem::remove_all(third_.data_path());
  std::filesystem::rename(copy, third_.data_path());

  third_.start();

  expect_refused_by_the_others("an older copy of its data directory was put back");
  expect_told(third_, "this server's data directory is an older copy that was put back");
  remove_and_add_third();
  expect_sound(cluster_, load_, {1, 2, 3});
}

TEST_F(KvDirectoryTest, ACopyBesideTheOriginalIsRefused) {
  stop_third();
  KvServerOptions options = third_.options();
  options.directory = directory_ / "copy";
  const std::vector<std::uint16_t> ports = free_ports(2);
  options.peer_port = ports[0];
  options.client_port = ports[1];
  std::filesystem::create_directories(options.directory);
  KvServer copy(options);
  copy_data(copy.data_path());
  third_.start();
  ASSERT_TRUE(wait_until(soon(), [&] { return says(third_, "\"connected\":true"); }));
  rest(milliseconds(500));

  copy.start();

  expect_refused_by_the_others("two servers run on copies of one data directory");
  expect_told(copy, "another server runs on a copy of this server's data directory");
  EXPECT_TRUE(copy.stop(within(seconds(10))));
  expect_sound(cluster_, load_, {1, 2, 3});
}

}  // namespace buoyant::process
