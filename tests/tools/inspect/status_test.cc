// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/status.h"

#include "tests/tools/inspect/data_directory.h"
#include "tools/inspect/status_text.h"

#include <nlohmann/json.hpp>

namespace buoyant::inspect_tool::status_test {

using testing_support::command;
using testing_support::commands;
using testing_support::configuration;
using testing_support::DataDirectory;
using testing_support::image_of;
using testing_support::of;
using testing_support::of_three;
using testing_support::voter;
using testing_support::write_file;

class InspectStatusTest : public testing::Test {
 protected:
  Status status() {
    const Result<Status> found = read_status(directory_.path(), codec_);
    EXPECT_TRUE(found.has_value()) << found.error().context();
    return found.value_or(Status());
  }

  Errc error() {
    const Result<Status> found = read_status(directory_.path(), codec_);
    EXPECT_FALSE(found.has_value());
    return found ? Errc::kFaulted : found.error().code();
  }

  bool says(const std::string& text) {
    said_ = to_text(status());
    return said_.find(text) != std::string::npos;
  }

  testing_support::TemporaryDirectory parent_;
  DataDirectory directory_{parent_ / "data"};
  flatbuf::FlatbuffersCodec codec_;
  std::string said_;
};

TEST_F(InspectStatusTest, IsWhatTheNextStartFinds) {
  directory_.fill();

  const Status found = status();

  const port::StoredState stored = directory_.start();
  EXPECT_EQ(found.facts.identity.incarnation, stored.identity.incarnation);
  EXPECT_EQ(found.facts.identity.start_counter + 1, stored.identity.start_counter);
  EXPECT_EQ(found.facts.state.hard_state, stored.hard_state);
  EXPECT_EQ(found.facts.state.base, stored.base);
  EXPECT_EQ(found.facts.runs, stored.runs);
  EXPECT_EQ(found.facts.snapshot, stored.snapshot);
  EXPECT_EQ(found.last(), (LogPosition{Term(5), Index(100)}));
}

TEST_F(InspectStatusTest, IsSaidInWords) {
  directory_.fill();

  EXPECT_TRUE(says("server          1 of cluster \"inspected\", incarnation 0x")) << said_;
  EXPECT_TRUE(says("now             stopped\n")) << said_;
  EXPECT_TRUE(says("term            6, voted for 2\n")) << said_;
  EXPECT_TRUE(says("log             70 entries, 31 to 100 (of term 5)\n")) << said_;
  EXPECT_TRUE(says("terms           2 from 31, 5 from 61\n")) << said_;
  EXPECT_TRUE(says("members         since entry 1: 1=host:1, 2=host:2, 3=host:3\n")) << said_;
  EXPECT_TRUE(says("snapshot        through entry 50 of term 2, 195.3 KiB\n")) << said_;
  EXPECT_TRUE(says("entry 50 of term 2, made by server 1, the log's\n")) << said_;
}

TEST_F(InspectStatusTest, IsSaidInJson) {
  directory_.fill();

  const auto json = nlohmann::json::parse(to_json(status()));

  EXPECT_EQ(json["cluster"], "inspected");
  EXPECT_EQ(json["running"], nullptr);
  EXPECT_EQ(json["log"]["first"], 31);
  EXPECT_EQ(json["log"]["last"]["index"], 100);
  EXPECT_EQ(json["log"]["runs"][1]["first"], 61);
  EXPECT_EQ(json["configurations"][0]["members"][2]["address"], "host:3");
  EXPECT_EQ(json["snapshot"]["file"], "there");
  EXPECT_EQ(json["snapshot_files"][0]["named_by_log"], true);
}

TEST_F(InspectStatusTest, ListsTheConfigurationsWithTheNewestFirst) {
  directory_.append(1, {configuration(1, of_three()), command(1, "x")});
  directory_.append(
      3, {configuration(1, {.members = {voter(1), voter(4)}, .outgoing = of_three().members})});

  EXPECT_TRUE(says("members         since entry 3: 1=host:1, 4=host:4, on the way from 1=host:1"))
      << said_;
  EXPECT_TRUE(says("  before        since entry 1: 1=host:1, 2=host:2, 3=host:3\n")) << said_;
}

TEST_F(InspectStatusTest, OfAServerThatWaits) {
  directory_.start();

  EXPECT_TRUE(says("log             no entries behind entry 0 of term 0\n")) << said_;
  EXPECT_TRUE(says("none: this server waits to be added")) << said_;
  EXPECT_TRUE(says("snapshot        none\n")) << said_;
}

TEST_F(InspectStatusTest, ReadsADirectoryThatIsInUse) {
  directory_.fill();
  const Result<posix::Directory> used = posix::Directory::open(directory_.path(), false);
  ASSERT_TRUE(used.has_value());

  EXPECT_EQ(status().running, ::getpid());
  EXPECT_TRUE(says("running (process " + std::to_string(::getpid()) + ")")) << said_;
}

TEST_F(InspectStatusTest, LeavesNoTrace) {
  directory_.fill();
  const std::string before = image_of(directory_.path());

  status();

  EXPECT_EQ(image_of(directory_.path()), before);
}

TEST_F(InspectStatusTest, SaysThatAWriteFailed) {
  directory_.fill();
  write_file(directory_.path() + "/POISON", "");

  EXPECT_TRUE(says("stopped; POISON: a write failed")) << said_;
}

TEST_F(InspectStatusTest, SaysThatTheSnapshotsFileIsMissing) {
  directory_.fill();
  std::filesystem::remove_all(directory_.snapshots());

  EXPECT_TRUE(says("ITS FILE IS MISSING")) << said_;
}

TEST_F(InspectStatusTest, SaysThatTheSnapshotsFileWasCut) {
  directory_.fill();
  const auto file = files::FilesOptions{.directory = directory_.snapshots()};
  const std::string name = status().snapshots.at(0).file.name;
  std::filesystem::resize_file(file.directory + "/" + name, 100'000);

  EXPECT_TRUE(says("ITS FILE IS DAMAGED: it has not the size that its head says")) << said_;
}

TEST_F(InspectStatusTest, ShowsSnapshotsThatAreNotComplete) {
  directory_.fill();
  write_file(directory_.snapshots() + "/creating-0000000000000007", "half");
  write_file(directory_.snapshots() + "/incoming", "half");

  EXPECT_TRUE(says("creating-0000000000000007, 4 bytes, incomplete\n")) << said_;
  EXPECT_TRUE(says("incoming, 4 bytes, incomplete; DAMAGED: not a snapshot file\n")) << said_;
}

TEST_F(InspectStatusTest, RefusesWhatIsNoDataDirectory) {
  EXPECT_EQ(error(), Errc::kNotReady);
  EXPECT_FALSE(std::filesystem::exists(directory_.path()));
}

TEST_F(InspectStatusTest, ADamagedValueIsCorrupt) {
  directory_.fill();
  directory_.damage("inspected");

  EXPECT_EQ(error(), Errc::kStorageCorrupt);
}

}  // namespace buoyant::inspect_tool::status_test
