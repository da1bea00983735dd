// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// tests/golden/data has data directories as each format left them, and what is in them. They are
// never written again: BUOYANT_REWRITE=1 makes those of the present format that are missing
// (tests/golden/README.md).

#include "adapters/files/head.h"
#include "adapters/lmdb/state_values.h"
#include "buoyant/conformance/storage_conformance_fixture.h"
#include "tests/golden/archive.h"
#include "tests/golden/description.h"
#include "tests/golden/makers.h"
#include "tests/golden/stores.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace buoyant::golden::data_directory_test {

const std::string kData = BUOYANT_SOURCE_DIR "/tests/golden/data/";

/// "log-3-snapshots-1": the versions of what a data directory consists of.
std::string present_format() {
  return "log-" + std::to_string(lmdb::kFormatVersion) + "-snapshots-" +
         std::to_string(files::kFormatVersion);
}

/// "FORMAT/NAME" of those that are there, and of those that the present format must have.
std::set<std::string> all_names() {
  std::set<std::string> names;
  for (const Maker& maker : kMakers) {
    names.insert(present_format() + "/" + maker.name);
  }
  for (const auto& format : std::filesystem::directory_iterator(kData)) {
    for (const auto& file : std::filesystem::directory_iterator(format.path())) {
      const std::string name = file.path().filename().string();
      if (name.ends_with(".stores.json")) {
        names.insert(format.path().filename().string() + "/" + name.substr(0, name.find('.')));
      }
    }
  }
  return names;
}

class GoldenDirectoryTest : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] std::string archive() const { return kData + GetParam() + ".tar.gz"; }

  [[nodiscard]] std::string description() const { return kData + GetParam() + ".stores.json"; }

  [[nodiscard]] Json expected() const {
    std::ifstream file(description());
    return Json::parse(file, nullptr, false);
  }

  void SetUp() override {
    if (!std::filesystem::exists(archive()) && std::getenv("BUOYANT_REWRITE") != nullptr) {
      make();
    }
    ASSERT_TRUE(std::filesystem::exists(archive()))
        << "a format without its golden directory; tests/golden/README.md says how to make it";
    ASSERT_TRUE(unpack(archive(), copy_));
  }

  void make() {
    std::filesystem::create_directories(kData + present_format());
    for (const Maker& maker : kMakers) {
      if (present_format() + "/" + maker.name == GetParam()) {
        maker.make(folder_ / "live", folder_ / "kept");
      }
    }
    ASSERT_TRUE(pack(folder_ / "kept", archive()));
    Json text = describe_closed(folder_ / "kept");
    Stores stores(folder_ / "kept");
    ASSERT_TRUE(stores.open());
    text.update(describe(stores));
    std::ofstream(description()) << text.dump(1) << '\n';
  }

  posix::support::TemporaryDirectory folder_;
  const std::string copy_ = folder_ / "copy";
};

std::string name_of(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& letter : name) {
    letter = std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Every, GoldenDirectoryTest, testing::ValuesIn(all_names()), name_of);

TEST_P(GoldenDirectoryTest, OpensWithAllThatItHad) {
  Json actual = describe_closed(copy_);
  Stores stores(copy_);

  const Result<void> opened = stores.open();

  ASSERT_TRUE(opened.has_value()) << opened.error().context();
  actual.update(describe(stores));
  EXPECT_EQ(difference(expected(), actual), "");
}

TEST_P(GoldenDirectoryTest, IsWrittenToAndOpenedAgain) {
  Json wanted = expected();
  Stores stores(copy_);
  ASSERT_TRUE(stores.open());
  const Index next = stores.last().next();
  port::StorageWrite write = conformance::append(
      next.value(), {conformance::noop(1000), conformance::command(1000, "of a later release")});
  write.hard_state = HardState{.term = Term(1000), .voted_for = kServer};

  ASSERT_EQ(stores.write(write), port::WriteOutcome::kDurable);
  stores.close();
  ASSERT_TRUE(stores.open());

  EXPECT_EQ(stores.read(next, next.next()), write.entries);
  EXPECT_EQ(stores.state().hard_state, *write.hard_state);
  // All the rest is what it was.
  Json actual = describe(stores);
  actual["entries"].erase(actual["entries"].size() - 2);
  actual["entries"].erase(actual["entries"].size() - 1);
  for (const char* changed : {"journal_batches", "poisoned", "hard_state", "runs"}) {
    wanted.erase(changed);
  }
  wanted["identity"]["start_counter"] = wanted["identity"]["start_counter"].get<int>() + 1;
  EXPECT_EQ(difference(wanted, actual), "");
}

TEST(GoldenKindsTest, ShowWhatTheyAreFor) {
  const auto read = [](const std::string& name) {
    std::ifstream file(kData + present_format() + "/" + name + ".stores.json");
    return Json::parse(file, nullptr, false);
  };

  EXPECT_EQ(read("log")["runs"].size(), 3U);
  EXPECT_EQ(read("log")["configurations"].size(), 3U);
  EXPECT_EQ(read("log")["journal_batches"], 0);
  EXPECT_GT(read("journal")["journal_batches"], 1);
  EXPECT_LT(read("journal")["journal_batches"], 60);
  EXPECT_EQ(read("compacted")["base"]["index"], 12);
  EXPECT_EQ(read("compacted")["snapshot_files"].size(), 1U);
  EXPECT_EQ(read("replaced")["base"]["index"], 50);
  EXPECT_GT(read("replaced")["half_received_bytes"], 0);
  EXPECT_EQ(read("poisoned")["poisoned"], true);
}

}  // namespace buoyant::golden::data_directory_test
