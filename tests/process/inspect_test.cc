// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant-inspect on the directories of real servers: while they serve under load, and stopped,
/// damaged and repaired.

#include "tests/process/kv_cluster_fixture.h"
#include "tests/support/process/file_tail.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace buoyant::process {

class InspectTest : public KvClusterFixture {
 protected:
  void SetUp() override {
    cluster_.start_voters();
    ASSERT_NE(cluster_.wait_leader(soon()), 0U) << described(cluster_);
    load_.start();
    ASSERT_TRUE(load_.wait_acknowledged(200, soon())) << described(cluster_);
  }

  /// Snapshots and compactions come often.
  KvClusterOptions options_with_snapshots() {
    KvClusterOptions options = cluster_options(3, 1);
    options.flags.insert(options.flags.end(), {"--snapshot-entries", "300"});
    return options;
  }

  /// The exit code; what it said is in `said_`, its errors in `errors_`.
  int inspect(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), BUOYANT_INSPECT_BINARY);
    const std::string output = directory_ / "inspect.out";
    const std::string errors = directory_ / "inspect.err";
    Process process({.argv = std::move(arguments), .stdout_path = output, .stderr_path = errors});
    const auto ended = process.wait(soon());
    said_ = contents_of(output);
    errors_ = contents_of(errors);
    return ended ? ended->code : -1;
  }

  nlohmann::json json_of(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    EXPECT_EQ(inspect(std::move(arguments)), 0) << said_ << errors_;
    return nlohmann::json::parse(said_, nullptr, false);
  }

  /// What is wrong with the lines of a dump; "": consecutive indices in terms that never fall.
  std::string judge_dump() const {
    std::istringstream lines(said_);
    std::uint64_t before = 0;
    std::uint64_t term_before = 0;
    for (std::string line; std::getline(lines, line);) {
      std::uint64_t index = 0;
      std::uint64_t term = 0;
      std::istringstream(line) >> index >> term;
      if ((before != 0 && index != before + 1) || term < term_before || term == 0) {
        return "after " + std::to_string(before) + ": " + line;
      }
      before = index;
      term_before = term;
    }
    return before == 0 ? "no lines" : "";
  }

  /// One of each. What is wrong; "": nothing.
  std::string look_at(KvServer& server) {
    const nlohmann::json status = json_of({"status", server.data_path()});
    if (status["running"] != server.process().pid() || status["term"] < 1 ||
        status["log"]["last"]["index"] < newest_[server.id()]) {
      return "status: " + status.dump();
    }
    newest_[server.id()] = status["log"]["last"]["index"];
    if (inspect({"verify", server.data_path()}) != 0) {
      return "verify: " + said_ + errors_;
    }
    const int dumped = inspect({"dump", server.data_path(), "--payload", "none"});
    // It may have begun with an entry that a compaction took meanwhile.
    const bool overtaken = dumped == 2 && errors_.find("compacted") != std::string::npos;
    overtaken_ += overtaken ? 1 : 0;
    return overtaken ? "" : dumped != 0 ? "dump: " + errors_ : judge_dump();
  }

  static std::set<std::string> names_in(const std::string& path) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      names.insert(entry.path().filename());
    }
    return names;
  }

  void stop(KvServer& server) { ASSERT_TRUE(server.stop(within(seconds(10)))); }

  std::string snapshot_file(KvServer& server) {
    const nlohmann::json status = json_of({"status", server.data_path()});
    for (const auto& file : status["snapshot_files"]) {
      if (file["named_by_log"] == true) {
        return server.data_path() + "/snapshots/" + file["name"].get<std::string>();
      }
    }
    return {};
  }

  static void flip(const std::string& path, std::size_t offset) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(offset));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(offset)).put(static_cast<char>(byte ^ 0x20));
  }

  bool says(const std::string& text) const { return said_.find(text) != std::string::npos; }

  const std::vector<std::uint64_t> ids_ = {1, 2, 3};
  KvCluster cluster_{options_with_snapshots()};
  KvServer& third_ = cluster_.server(3);
  KvLoad load_{load_options(2000), ports_of(cluster_, {1, 2})};
  std::map<std::uint64_t, std::uint64_t> newest_;
  int overtaken_ = 0;
  std::string said_;
  std::string errors_;
};

TEST_F(InspectTest, LooksAtServersUnderLoadAndDisturbsNone) {
  const std::set<std::string> names = names_in(third_.data_path());
  const std::uint64_t rounds = number_from_environment("BUOYANT_INSPECT_ROUNDS", 25);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    for (const std::uint64_t id : ids_) {
      ASSERT_EQ(look_at(cluster_.server(id)), "") << "round " << round << ", server " << id;
    }
  }

  EXPECT_EQ(names_in(third_.data_path()), names);
  EXPECT_LT(overtaken_, 5);
  std::cout << rounds << " rounds, up to entry " << newest_[1] << "\n";
  expect_sound(cluster_, load_, ids_);
}

TEST_F(InspectTest, TouchesNoDirectoryInUse) {
  const std::string file = directory_ / "exported";
  ASSERT_TRUE(load_.wait_acknowledged(500, soon()));
  ASSERT_EQ(inspect({"export-snapshot", cluster_.server(1).data_path(), file}), 0) << errors_;

  EXPECT_EQ(inspect({"import-snapshot", third_.data_path(), file, "--force"}), 12) << errors_;
  EXPECT_EQ(inspect({"compact", third_.data_path()}), 12) << errors_;
  EXPECT_EQ(inspect({"recover", third_.data_path(), "--member", "3=" + third_.address()}), 12)
      << errors_;

  expect_sound(cluster_, load_, ids_);
}

TEST_F(InspectTest, ADamagedSnapshotIsFoundAndReplacedByAnothers) {
  ASSERT_TRUE(load_.wait_acknowledged(1000, soon()));
  stop(third_);
  flip(snapshot_file(third_), 700);
  EXPECT_EQ(inspect({"verify", third_.data_path()}), 11);
  EXPECT_TRUE(says("a chunk of a snapshot")) << said_;
  const std::string file = directory_ / "exported";
  ASSERT_EQ(inspect({"export-snapshot", cluster_.server(1).data_path(), file}), 0) << errors_;

  ASSERT_EQ(inspect({"import-snapshot", third_.data_path(), file}), 0) << errors_;
  EXPECT_TRUE(says("Nothing was changed")) << said_;
  ASSERT_EQ(inspect({"import-snapshot", third_.data_path(), file, "--force"}), 0) << errors_;
  EXPECT_TRUE(says("Done")) << said_;

  third_.start();
  expect_sound(cluster_, load_, ids_);
  EXPECT_EQ(inspect({"verify", third_.data_path()}), 0) << said_;
}

TEST_F(InspectTest, ANewServerBeginsWithAnExportedSnapshot) {
  KvServer& added = cluster_.server(4);
  added.start();
  ASSERT_TRUE(added.status(soon()));
  stop(added);
  ASSERT_TRUE(load_.wait_acknowledged(500, soon()));
  const std::string file = directory_ / "exported";
  ASSERT_EQ(inspect({"export-snapshot", cluster_.server(2).data_path(), file}), 0) << errors_;

  ASSERT_EQ(inspect({"import-snapshot", added.data_path(), file, "--force"}), 0) << errors_;
  EXPECT_TRUE(says("this server is no member there")) << said_;
  added.start();
  ASSERT_EQ(cluster_.ask_any(ids_, {"RAFT.ADD", "4", added.address()}, soon()), "")
      << described(cluster_);

  expect_sound(cluster_, load_, {1, 2, 3, 4});
}

TEST_F(InspectTest, ACompactedServerGoesOn) {
  ASSERT_TRUE(load_.wait_acknowledged(1000, soon()));
  stop(third_);

  ASSERT_EQ(inspect({"compact", third_.data_path()}), 0) << errors_;
  EXPECT_TRUE(says("came back")) << said_;
  EXPECT_LT(std::filesystem::file_size(third_.data_path() + "/data.mdb"), std::uint64_t{8} << 20U);

  third_.start();
  EXPECT_TRUE(load_.wait_acknowledged(500, soon())) << described(cluster_);
  EXPECT_EQ(look_at(third_), "");
  expect_sound(cluster_, load_, ids_);
}

TEST_F(InspectTest, ADamagedLogIsNamedByItsEntries) {
  stop(third_);
  ASSERT_EQ(inspect({"verify", third_.data_path(), "--json"}), 0) << said_;
  // In each record, also in those of older commits: the term of its first entry.
  const std::string data = third_.data_path() + "/data.mdb";
  const std::string content = contents_of(data);
  for (std::size_t record = content.find("BYL1"); record != std::string::npos;
       record = content.find("BYL1", record + 1)) {
    flip(data, record + 41);
  }

  EXPECT_EQ(inspect({"verify", third_.data_path()}), 11);
  EXPECT_TRUE(says("a record that fails its checks (page ")) << said_;
  EXPECT_EQ(inspect({"dump", third_.data_path()}), 11);
  EXPECT_EQ(inspect({"compact", third_.data_path()}), 11);
  EXPECT_TRUE(load_.finish(within(seconds(60))));
}

TEST_F(InspectTest, RecoverIsThatOfBuoyantRecover) {
  EXPECT_TRUE(load_.finish(within(seconds(60))));
  ASSERT_TRUE(cluster_.stop_all(within(seconds(10))));
  const std::vector<std::string> wanted = {"recover", third_.data_path(), "--member",
                                           "3=" + third_.address()};

  ASSERT_EQ(inspect(wanted), 0) << errors_;
  EXPECT_TRUE(says("Nothing was changed")) << said_;
  std::vector<std::string> forced = wanted;
  forced.emplace_back("--force");
  ASSERT_EQ(inspect(forced), 0) << errors_;
  EXPECT_EQ(json_of({"status", third_.data_path()})["configurations"].back()["members"].size(), 1U);

  third_.start();
  EXPECT_EQ(cluster_.wait_leader(soon()), 3U);
}

}  // namespace buoyant::process
